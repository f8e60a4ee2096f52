import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFileMode, withoutWorldWrite, type FileMode } from './file-mode.ts'

/** The letters of what holds. */
function letters(mode: FileMode | undefined): string | undefined {
  if (mode === undefined) return undefined
  const { isWorldWritable, isSticky, isSetUserId, isExecutable } = mode
  return `${isWorldWritable ? 'w' : ''}${isSticky ? 't' : ''}${isSetUserId ? 's' : ''}${isExecutable ? 'x' : ''}`
}

test('modes are read in both forms', () => {
  const expected = {
    755: 'x',
    '0644': '',
    777: 'wx',
    '0666': 'w',
    2: 'w',
    1777: 'wtx',
    4755: 'sx',
    6711: 'sx',
    2775: 'x',
    'a+w': 'w',
    'o+rw': 'w',
    'a=rwx': 'wx',
    'ugo+rwX': 'w',
    'go+w,u+x': 'wx',
    '+x': 'x',
    '+w': '',
    'g+w': '',
    'u=rwx,g=rx,o=': 'x',
    'a-w': '',
    'o-rwx': '',
    'u+s': 's',
    '+s': 's',
    'g+s': '',
    '+t': 't',
    'g=u': '',
    $MODE: undefined,
    '-R': undefined,
    file: undefined,
    '': undefined,
  }
  for (const [text, wanted] of Object.entries(expected)) assert.equal(letters(readFileMode(text)), wanted, text)
})

test('the right of everybody to write is taken away, and nothing else', () => {
  const expected = {
    777: '775',
    '0666': '0664',
    2777: '2775',
    'a+w': 'ug+w',
    'a+rwx': 'a+rx,ug+w',
    'a=rwX': 'a=rX,ug+w',
    'u+x,o+rw': 'u+x,o+r',
    'go+w': 'g+w',
    'go=w': 'go=,g+w',
    'o+w': undefined,
  }
  for (const [text, wanted] of Object.entries(expected)) {
    const found = withoutWorldWrite(text)
    assert.equal(found, wanted, text)
    if (found !== undefined) assert.equal(readFileMode(found)?.isWorldWritable, false, text)
  }
})
