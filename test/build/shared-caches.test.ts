import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'

const dockerfile = 'FROM scratch AS one\nCOPY a /a\nFROM scratch\nCOPY --from=one /a /b\nCOPY a /c\n'

/** A machine of its own, with the same folder to build from. */
async function machine(): Promise<CommandSandbox> {
  const sandbox = await commandSandbox()
  const folder = join(sandbox.path, 'app')
  await mkdir(folder)
  await writeFile(join(folder, 'Dockerfile'), dockerfile)
  await writeFile(join(folder, 'a'), 'content\n')
  return sandbox
}

/** How each step of a build came about: `DONE`, `CACHED`. */
async function build(on: CommandSandbox, ...words: readonly string[]): Promise<readonly string[]> {
  const { status, stderr } = await on.run('build', '--progress', 'plain', ...words, 'app')
  assert.equal(status, 0, stderr)
  return [...stderr.matchAll(/^#\d+ (DONE|CACHED)/gm)].map(([, outcome]) => outcome ?? '')
}

describe('another machine takes the steps', () => {
  for (const [title, to, from, expected] of [
    ['from a cache with everything', 'type=registry,mode=max,ref=REF', 'REF', ['CACHED', 'CACHED', 'CACHED']],
    // The step of the other stage is in no layer of the image.
    ['of the image from a cache of it', 'REF', 'type=registry,ref=REF', ['CACHED', 'CACHED', 'DONE']],
  ] as const) {
    test(`${title}, in a registry`, { skip: registrySkipReason }, async () => {
      await using registry = await startRegistry()
      await using one = await machine()
      await using other = await machine()
      const reference = `${registry.host}/cache:1`
      const first = await build(one, '-t', 'app', '--cache-to', to.replace('REF', reference))
      assert.deepEqual(first, ['DONE', 'DONE', 'DONE'])
      const second = await build(other, '-t', 'app', '--cache-from', from.replace('REF', reference))
      assert.deepEqual(second.toSorted(), expected)
    })
  }

  test('from inside an image that was pushed', { skip: registrySkipReason }, async () => {
    await using registry = await startRegistry()
    await using one = await machine()
    await using other = await machine()
    const image = `${registry.host}/app:1`
    await build(one, '-t', image, '--push', '--cache-to', 'type=inline')
    const second = await build(other, '-t', 'app', '--cache-from', image)
    assert.deepEqual(second.toSorted(), ['CACHED', 'CACHED', 'DONE'])
  })

  test('from a folder', async () => {
    await using folder = await temporaryDirectory()
    await using one = await machine()
    await using other = await machine()
    const path = join(folder.path, 'cache')
    await build(one, '-t', 'app', '--cache-to', `type=local,mode=max,dest=${path}`)
    const second = await build(other, '-t', 'app', '--cache-from', `type=local,src=${path}`)
    assert.deepEqual(second, ['CACHED', 'CACHED', 'CACHED'])
  })

  test('from nowhere, and builds all the same, where there is no cache', async () => {
    await using other = await machine()
    const words = ['--cache-from', 'localhost:1/cache:1', '--cache-from', 'type=local,src=missing']
    const { status, stderr } = await other.run('build', '-t', 'app', ...words, 'app')
    assert.equal(status, 0, stderr)
    assert.match(stderr, /nothing is taken from the cache localhost:1\/cache:1: .*cannot be reached/)
    assert.match(stderr, /missing/)
  })
})
