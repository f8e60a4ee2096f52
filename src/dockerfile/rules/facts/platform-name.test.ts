import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePlatformName } from './platform-name.ts'

test('platforms are read as FROM takes them', () => {
  const format = (text: string): string | undefined => {
    const found = parsePlatformName(text)
    return found === undefined ? undefined : `${found.os}/${found.architecture}`
  }
  assert.deepEqual(
    ['linux/arm64/v8', 'LINUX/x86_64', 'aarch64', 'windows', 'windows(10.0.1)/amd64', 'macos/arm64', 'x/y'].map(format),
    ['linux/arm64', 'linux/amd64', 'linux/arm64', 'windows/amd64', 'windows/amd64', 'darwin/arm64', 'x/y'],
  )
  assert.deepEqual(
    ['', 'nonsense', 'a/b/c/d', 'linux/', '/amd64', 'linux/a*', 'linux amd64']
      .map(format)
      .filter((found) => found !== undefined),
    [],
  )
})
