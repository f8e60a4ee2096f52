import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readShellScript } from '../../shell-script.ts'
import { sourceString } from '../../source-string.ts'
import { clearsFolder, isMountedAway } from './cleared-folders.ts'

function clears(script: string, folder: string): boolean {
  return readShellScript(sourceString(script, 0, script.length)).commands.some((each) => clearsFolder(each, folder))
}

describe('clearsFolder', () => {
  for (const [script, folder, expected] of [
    ['rm -rf /var/lib/apt/lists', '/var/lib/apt/lists', true],
    ['rm -rf /var/lib/apt/lists/', '/var/lib/apt/lists', true],
    ['rm -rf /var/lib/apt/lists/*', '/var/lib/apt/lists', true],
    ['rm -f /var/lib/apt/lists/*_*', '/var/lib/apt/lists', true],
    ['rm -rf /var/lib/*', '/var/lib/apt/lists', true],
    ['rm -rf /var/lib/{apt,dpkg}/', '/var/lib/apt/lists', true],
    ['rm -rf /var/lib/{apt/{lists,x},dpkg}', '/var/lib/apt/lists', true],
    ['sudo rm -rf "/var/lib/apt"', '/var/lib/apt/lists', true],
    ['rm -rf /var/lib/apt/lists/partial', '/var/lib/apt/lists', false],
    ['rm -rf /var/*.log /var/lib/dpkg*', '/var/lib/apt/lists', false],
    ['rm -rf /var/lib/apt/lists/*/x', '/var/lib/apt/lists', false],
    ['echo rm /var/lib/apt/lists', '/var/lib/apt/lists', false],
    ['find /var/lib/apt/lists -type f -delete', '/var/lib/apt/lists', true],
    ['find /a /var -exec rm {} +', '/var/lib', true],
    ['find /var -name x', '/var/lib', false],
    ['rm -rf /root/.cache', '~/.cache/pip', true],
    ['rm -rf ~/.cache/*', '~/.cache/pip', true],
    ['rm -rf "$HOME"/.cache/pip', '~/.cache/pip', true],
    ['rm -rf ${HOME}/.cache/pip/*', '~/.cache/pip', true],
    ['rm -rf /home/app/.cache', '~/.cache/pip', true],
    ['rm -rf /app/.cache', '~/.cache/pip', false],
  ] as const) {
    test(`${script}: ${expected ? 'clears' : 'leaves'} ${folder}`, () => {
      assert.equal(clears(script, folder), expected)
    })
  }

  test('expands braces only so far', () => {
    assert.equal(clears(`rm ${'{a,b}'.repeat(200)}`, '/a'), false)
  })
})

test('isMountedAway: a cache or a tmpfs at the folder or around it', () => {
  const at = (target: string, type: 'cache' | 'tmpfs' | 'bind' = 'cache'): boolean =>
    isMountedAway([{ type, target }], '~/.cache/pip')
  assert.deepEqual(
    [
      at('/root/.cache/pip'),
      at('/root/.cache'),
      at('/home/x/.cache/', 'tmpfs'),
      at('/root/.cache/pip/x'),
      at('/root', 'bind'),
    ],
    [true, true, true, false, false],
  )
})
