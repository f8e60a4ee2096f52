import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readShellScript } from '../../shell-script.ts'
import { sourceString } from '../../source-string.ts'
import { checkDownloads, readDownload } from './downloads.ts'

function read(script: string): string {
  const { commands } = readShellScript(sourceString(script, 0, script.length))
  const found = commands[0] === undefined ? undefined : readDownload(commands[0])
  if (found === undefined) return 'none'
  const { addresses, files, toOutput } = found
  return `${addresses.map(({ value }) => value).join(' ')} > ${toOutput ? 'output' : files.join(' ')}`
}

test('readDownload tells what is fetched, and where it goes', () => {
  const expected = {
    'curl https://a/b': 'https://a/b > output',
    'curl -fsSLo c https://a/b': 'https://a/b > c',
    'curl -fsSL -o - https://a/b': 'https://a/b > output',
    'curl -O https://a/b.tgz?c=1 -H "X: y" -u d:e': 'https://a/b.tgz?c=1 > b.tgz',
    'curl --output-dir /x -O https://a/b': 'https://a/b > /x/b',
    'curl --url https://a/b --retry 3 > c': 'https://a/b > c',
    'curl https://a/b -- -c': 'https://a/b -c > output',
    'wget https://a/b': 'https://a/b > b',
    'wget -qO- https://a/b': 'https://a/b > output',
    'wget -q -O c https://a/b': 'https://a/b > c',
    'wget -P /x https://a/b https://a/c': 'https://a/b https://a/c > /x/b /x/c',
    'sudo -E curl https://a': 'https://a > output',
    'curl --version': 'none',
    'wget -i list': 'none',
    'echo https://a': 'none',
  }
  for (const [script, wanted] of Object.entries(expected)) assert.equal(read(script), wanted, script)
})

test('checkDownloads knows digests and signatures', () => {
  const checks = (script: string): boolean =>
    checkDownloads(readShellScript(sourceString(script, 0, script.length)).commands)
  for (const script of [
    'echo "a  b" | sha256sum -c -',
    'gpg --batch --verify a.asc a',
    'test "$(openssl dgst -sha256 a)" = b',
    'cosign verify-blob a',
    `php -r "hash_file('sha384', 'a');"`,
  ])
    assert.ok(checks(script), script)
  for (const script of ['gpg --dearmor -o a', 'curl https://a/sha256sum', 'echo sha256sum', 'tar xf a'])
    assert.ok(!checks(script), script)
})
