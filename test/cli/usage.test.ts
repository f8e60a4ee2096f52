import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { commands } from '../../src/cli/commands.ts'
import { commandSandbox } from '../support/command.ts'

/** Lines that are wrong, and what standard error must say about them. */
const wrongLines: readonly (readonly [line: string, message: RegExp])[] = [
  ['', /error: no command was given\nhint: wherry --help/],
  ['pulll node', /error: there is no command "pulll"\nhint: Did you mean wherry pull\?/],
  ['frobnicate', /error: there is no command "frobnicate"\nhint: wherry --help lists/],
  ['help frobnicate', /error: there is no command "frobnicate"/],
  ['--stroe x images', /error: unknown option '--stroe'\nhint: Did you mean --store\?/],
  ['--progress loud images', /Allowed choices are auto, plain, rawjson, quiet/],
  ['base', /no recipe and no packages were given\nhint: wherry base --list/],
  ['base a b', /too many arguments/],
  ['base node --date soon', /--date is no date: "soon"\nhint: Write it as/],
  ['base node --update', /--update goes with --lock/],
  ['pull', /missing required argument 'REF'/],
  ['pull Node', /not an image name: "Node": a repository is written in lower case\nhint: Did you mean node\?/],
  ['pull --platform linux/ node', /not a platform: "linux\/"/],
  ['pull --platform linux/amd64 --all-platforms node', /--platform and --all-platforms exclude each other/],
  ['push', /missing required argument 'REF'/],
  ['push a b c', /too many arguments/],
  ['copy a', /missing required argument 'DST'/],
  ['copy dokcer://a b', /hint: Did you mean docker:\/\/\?/],
  ['copy a oci:', /oci: needs a path behind it/],
  [`copy a b@sha256:${'0'.repeat(64)}`, /a new name has no digest: .*\nhint: Try b:latest\./],
  ['tags node:22', /a repository has no tag and no digest\nhint: Ask for docker\.io\/library\/node/],
  ['login not-a-registry', /"not-a-registry" is not a registry/],
  ['login -u me ghcr.io', /there is no terminal to ask at for password\nhint: Use --password-stdin/],
  ['login ghcr.io', /there is no terminal to ask at for username\nhint: Use --username/],
  ['login -u me -p x --password-stdin ghcr.io', /--password and --password-stdin exclude each other/],
  ['logout a b', /too many arguments/],
  ['images --filter lable=x', /there is no filter "lable"\nhint: Did you mean label\?/],
  ['images --format xml', /Allowed choices are table, json/],
  ['inspect', /missing required argument 'REF'/],
  ['inspect app --raw --config', /--raw and --config exclude each other/],
  ['inspect app --cat', /--cat needs the path of a file/],
  ['inspect app /etc', /a path goes with --files or --cat: \/etc/],
  ['inspect app -R', /--recursive goes with --files/],
  ['tag app', /missing required argument 'DST'/],
  [`tag app app@sha256:${'0'.repeat(64)}`, /a new name has no digest/],
  ['rm', /missing required argument 'REF'/],
  ['prune --layers some', /Allowed choices are unused, all, none/],
  ['prune now', /too many arguments/],
  ['save', /missing required argument 'REF'/],
  ['save --format tar app', /Allowed choices are/],
  ['load a b', /too many arguments/],
  ['completion', /missing required argument 'SHELL'/],
  ['completion tcsh', /there is no completion for "tcsh"\nhint: Shells: bash, zsh, fish/],
]

describe('wrong usage', () => {
  for (const [line, message] of wrongLines) {
    test(`wherry ${line}`, async () => {
      await using sandbox = await commandSandbox()
      const { status, stdout, stderr } = await sandbox.run(...line.split(' ').filter((word) => word !== ''))
      assert.equal(status, 2, stderr)
      assert.equal(stdout, '')
      assert.match(stderr, message)
      assert.match(stderr, /^error: /)
    })
  }

  test('an unknown option is refused by every command', async () => {
    await using sandbox = await commandSandbox()
    for (const { name } of commands) {
      const { status, stdout, stderr } = await sandbox.run(name, '--no-such-option')
      // Below 125 a status of run is that of its program.
      assert.deepEqual([status, stdout], [name === 'run' ? 125 : 2, ''], name)
      assert.match(
        stderr,
        new RegExp(`^error: unknown option '--no-such-option'\nhint: See wherry ${name} --help\\.\n$`),
      )
    }
  })
})

describe('the configuration file', () => {
  test('is pointed at where it is wrong', async () => {
    await using sandbox = await commandSandbox()
    const path = join(sandbox.path, 'config.yaml')
    await writeFile(path, 'limits:\n  transfer: 3\n')
    await using configured = await commandSandbox({ WHERRY_CONFIG: path })
    const { status, stdout, stderr } = await configured.run('images')
    assert.deepEqual([status, stdout], [2, ''])
    assert.equal(
      stderr,
      `error: ${path}:2:3: limits.transfer: unknown key
2 |   transfer: 3
  |   ^^^^^^^^
hint: Did you mean transfers?
`,
    )
  })

  test('says where the store is', async () => {
    await using sandbox = await commandSandbox()
    const path = join(sandbox.path, 'config.yaml')
    await writeFile(path, 'store: elsewhere\n')
    await using configured = await commandSandbox({ WHERRY_CONFIG: path })
    const { stderr } = await configured.run('inspect', 'app:1')
    assert.match(stderr, new RegExp(`app:1 is not in ${sandbox.path}/elsewhere`))
  })
})
