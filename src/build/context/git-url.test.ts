import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseGitUrl } from './git-url.ts'

describe('a git URL:', () => {
  for (const [text, remote, ref, folder] of [
    ['https://example.test/a/b.git', 'https://example.test/a/b.git', undefined, ''],
    ['https://example.test/a/b.git#v1', 'https://example.test/a/b.git', 'v1', ''],
    ['https://example.test/a/b.git#v1:x/y', 'https://example.test/a/b.git', 'v1', 'x/y'],
    ['https://example.test/a/b.git#:x', 'https://example.test/a/b.git', undefined, 'x'],
    ['https://example.test/a/b.git?branch=main&subdir=x', 'https://example.test/a/b.git', 'refs/heads/main', 'x'],
    ['https://example.test/a/b.git?tag=v1', 'https://example.test/a/b.git', 'refs/tags/v1', ''],
    ['git://example.test/a', 'git://example.test/a', undefined, ''],
    ['ssh://git@example.test:2222/a#main', 'ssh://git@example.test:2222/a', 'main', ''],
    ['git@example.test:a/b#main:x', 'git@example.test:a/b', 'main', 'x'],
    ['git@example.test:a/b#main:../../x', 'git@example.test:a/b', 'main', 'x'],
  ] as const) {
    test(text, () => {
      const found = parseGitUrl(text)
      assert.deepEqual([found?.remote, found?.ref, found?.folder], [remote, ref, folder])
    })
  }

  for (const text of [
    'https://example.test/a/b.tar',
    './a.git',
    'a/b.git',
    '/a/b.git',
    'a:b',
    'file:///a/b.git',
    '-u@host:x',
  ]) {
    test(`${text} is none`, () => assert.equal(parseGitUrl(text), undefined))
  }

  for (const text of [
    'https://example.test/a.git#--upload-pack=evil',
    'https://example.test/a.git?nothing=1',
    'https://example.test/a.git?ref=a&tag=b',
    'https://example.test/a.git?ref=a#b',
    'https://example.test/a.git?checksum=xyz',
    'https://example.test/a.git?submodules=maybe',
  ]) {
    test(`${text} is refused`, () => assert.throws(() => parseGitUrl(text), { code: 'bad-build-option' }))
  }

  test('a password is not in a message', () => {
    assert.throws(
      () => parseGitUrl('https://me:secret@example.test/a.git#-x'),
      (error: unknown) => error instanceof Error && !error.message.includes('secret'),
    )
  })
})
