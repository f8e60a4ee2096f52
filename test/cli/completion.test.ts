import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import { fillStore } from '../support/stored-images.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('../../bin/wherry.js', import.meta.url))

function skipWithout(shell: string): string | false {
  return existsSync(`/usr/bin/${shell}`) || existsSync(`/bin/${shell}`) ? false : `${shell} is not installed`
}

/** A sandbox whose store has images, with the script of a shell and a `wherry` on the path, as in an installation. */
async function prepare(shell: string): Promise<CommandSandbox & { readonly script: string }> {
  const sandbox = await commandSandbox()
  await fillStore(sandbox.storePath, ['app:1', 'app:2', 'localhost:5000/team/app:1'])
  const folder = join(sandbox.path, 'bin')
  await mkdir(folder)
  await writeFile(join(folder, 'wherry'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
  await chmod(join(folder, 'wherry'), 0o755)
  const script = join(sandbox.path, `completion.${shell}`)
  await writeFile(script, await sandbox.succeed('completion', shell))
  return { ...sandbox, script }
}

async function runShell(sandbox: CommandSandbox, shell: string, ...words: readonly string[]): Promise<string> {
  const env = { ...sandbox.environment, PATH: `${sandbox.path}/bin:${sandbox.environment['PATH'] ?? ''}` }
  const { stdout } = await run(shell, words, { env, cwd: sandbox.path })
  return stdout
}

/** What each shell must offer for a line that ends where the cursor is. */
const commonCases: readonly (readonly [line: string, expected: readonly string[]])[] = [
  ['wherry pu', ['pull', 'push']],
  ['wherry images --form', ['--format']],
  ['wherry images --format ', ['json', 'table']],
  ['wherry --progress ra', ['rawjson']],
  ['wherry --store x inspect app:', ['app:1', 'app:2']],
  ['wherry push localhost:5000/te', ['localhost:5000/team/app:1']],
  ['wherry completion z', ['zsh']],
  ['wherry images -q --digests a', ['app:1', 'app:2']],
  ['wherry nothing ', []],
]

describe('bash', { skip: skipWithout('bash') }, () => {
  // Bash replaces only what follows the last colon of the word that was typed.
  const replaced = (line: string, word: string): string => {
    const typed = line.slice(line.lastIndexOf(' ') + 1)
    return typed.startsWith('-') ? word : word.slice(typed.lastIndexOf(':') + 1)
  }

  test('the script has no syntax errors', async () => {
    await using sandbox = await prepare('bash')
    await runShell(sandbox, 'bash', '-n', sandbox.script)
  })

  for (const [line, expected] of [...commonCases, ['wherry images --format=j', ['json']] as const]) {
    test(`completes ${JSON.stringify(line)}`, async () => {
      await using sandbox = await prepare('bash')
      const ask = `source "$1"; COMP_LINE=$2; COMP_POINT=\${#2}; _wherry; printf '%s\\n' "\${COMPREPLY[@]}"`
      const offered = await runShell(sandbox, 'bash', '-c', ask, 'bash', sandbox.script, line)
      const words = offered.split('\n').filter((word) => word !== '')
      assert.deepEqual(
        words.sort(),
        expected.map((word) => replaced(line, word)),
      )
    })
  }
})

describe('fish', { skip: skipWithout('fish') }, () => {
  test('the script has no syntax errors', async () => {
    await using sandbox = await prepare('fish')
    await runShell(sandbox, 'fish', '--no-execute', sandbox.script)
  })

  for (const [line, expected] of [...commonCases, ['wherry images --format=j', ['--format=json']] as const]) {
    test(`completes ${JSON.stringify(line)}`, async () => {
      await using sandbox = await prepare('fish')
      const offered = await runShell(
        sandbox,
        'fish',
        '-c',
        'source $argv[1]; complete -C $argv[2]',
        sandbox.script,
        line,
      )
      const words = offered.split('\n').filter((word) => word !== '')
      assert.deepEqual(words.map((word) => word.replace(/\t.*/, '')).sort(), expected)
    })
  }
})

describe('zsh', { skip: skipWithout('zsh') }, () => {
  // Completes in a real, interactive shell on a terminal of zsh's own making. What would be offered is caught where
  // every candidate passes: at compadd.
  const harness = `
zmodload zsh/zpty
zpty shell "$ZSH -f -i"
zpty -w shell "PROMPT=; autoload -Uz compinit; compinit -u -D; source $1"
zpty -w shell 'compadd () {
  [[ $@[1,(i)(-|--)] == *-(O|A|D)\\ * ]] && { builtin compadd "$@"; return $? }
  local -a found; builtin compadd -O found "$@"
  for word in $found; do print -r -- "<offer>$IPREFIX$word" ; done
  builtin compadd "$@"
}'
zpty -w shell 'finish () { print "<end>"; exit }; zle -N finish; bindkey "^X" finish; zstyle ":completion:*" menu no; print "<ready>"'
while zpty -r shell line; do [[ $line == *"<ready>"* && $line != *print* ]] && break; done
zpty -w -n shell "$2"$'\\t\\x18'
while zpty -r shell line; do print -r -- "$line"; [[ $line == *"<end>"* ]] && break; done
`

  test('the script has no syntax errors', async () => {
    await using sandbox = await prepare('zsh')
    await runShell(sandbox, 'zsh', '-n', sandbox.script)
  })

  for (const [line, expected] of commonCases) {
    test(`completes ${JSON.stringify(line)}`, async () => {
      await using sandbox = await prepare('zsh')
      const file = join(sandbox.path, 'harness.zsh')
      await writeFile(file, `ZSH=zsh\n${harness}`)
      const output = await runShell(sandbox, 'zsh', '-f', file, sandbox.script, line)
      const words = Array.from(output.matchAll(/<offer>([^\r\n]*)/g), ([, word]) => word ?? '')
      assert.deepEqual([...new Set(words)].sort(), expected, output)
    })
  }
})

describe('the hidden call for references', () => {
  test('prints the names in the store that begin so, one on a line', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1', 'other:1'])
    assert.equal(await sandbox.succeed('__complete', 'references', 'a'), 'app:1\n')
    assert.equal(await sandbox.succeed('__complete', 'references'), 'app:1\nother:1\n')
  })

  test('says nothing and makes nothing where there is no store, and where anything is wrong', async () => {
    await using sandbox = await commandSandbox({ WHERRY_CONFIG: '/nowhere' })
    const { status, stdout, stderr } = await sandbox.run('__complete', 'references', '')
    assert.deepEqual([status, stdout, stderr], [0, '', ''])
    assert.equal(existsSync(sandbox.storePath), false)
  })
})
