import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commands } from '../../src/cli/commands.ts'
import { commandSandbox } from '../support/command.ts'
import { assertGolden } from '../support/golden.ts'

const goldenFile = (name: string): URL => new URL(`golden/help/${name}.txt`, import.meta.url)

describe('help', () => {
  test('the overview is what it was', async () => {
    await using sandbox = await commandSandbox()
    const overview = await sandbox.succeed('--help')
    await assertGolden(overview, goldenFile('wherry'))
    assert.equal(await sandbox.succeed('help'), overview)
    assert.equal(await sandbox.succeed('-h'), overview)
  })

  for (const { name, load } of commands) {
    test(`of ${name} is what it was, and fits 80 columns`, async () => {
      await using sandbox = await commandSandbox()
      const help = await sandbox.succeed(name, '--help')
      await assertGolden(help, goldenFile(name))
      for (const line of help.split('\n')) assert.ok(line.length <= 80, line)
      assert.equal(await sandbox.succeed('help', name), help)
    })

    test(`of ${name} comes also when arguments are missing or wrong`, async () => {
      await using sandbox = await commandSandbox()
      const { optionsEndAtFirstArgument = false } = (await load()).definition.spec
      const words = optionsEndAtFirstArgument ? ['--help', 'a'] : ['a', 'b', 'c', 'd', '-h']
      assert.equal((await sandbox.run(name, ...words)).status, 0)
    })
  }

  test('the version is printed in three ways', async () => {
    await using sandbox = await commandSandbox()
    const version = await sandbox.succeed('--version')
    assert.match(version, /^wherry \d+\.\d+\.\d+\n$/)
    assert.equal(await sandbox.succeed('version'), version)
    assert.equal(await sandbox.succeed('-V'), version)
  })
})
