import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { shellNames, nestedScriptIndex } from '../../script/invocation.ts'
import { findOption, optionNames, readOptions } from './command-options.ts'

/** Files of a project that a command cannot do without. */
export interface NeededFiles {
  /** Of these one has to be there, relative to where the command runs. */
  readonly names: readonly string[]
  /** Whether folders above are looked in as well. */
  readonly searchesUp: boolean
}

interface Need {
  readonly programs: readonly string[]
  /** The first words behind the options. */
  readonly actions: readonly string[]
  readonly names: readonly string[]
  readonly searchesUp: boolean
  /** Options that say that the files are elsewhere, or that nothing of the project is meant. */
  readonly elsewhere: ReadonlySet<string>
  /** Whether a second word is a package that needs no project. */
  readonly isAlone: boolean
}

const needs: readonly Need[] = [
  need('npm', 'ci clean-install', 'package-lock.json npm-shrinkwrap.json', '-g --global --prefix -C --location'),
  need('npm', 'install i start test run run-script ci', 'package.json', '-g --global --prefix -C --location'),
  need('yarn yarnpkg', 'install', 'package.json', '--cwd --version -v'),
  need('pnpm', 'install i', 'package.json pnpm-workspace.yaml', '-g --global --dir -C'),
  need('bundle bundler', 'install', 'Gemfile gems.rb', '--gemfile --version -v'),
  need('composer', 'install', 'composer.json', '-d --working-dir -V --version', false),
  need('pipenv', 'install sync', 'Pipfile Pipfile.lock', '', true),
  need('poetry', 'install', 'pyproject.toml', '-C -P --directory --project'),
  need('uv', 'sync', 'pyproject.toml', '--directory --project'),
  need('cargo', 'build fetch test check', 'Cargo.toml', '--manifest-path -C --version -V'),
  need(
    'mvn',
    'package install verify compile clean test dependency:go-offline',
    'pom.xml',
    '-f --file -v --version',
    false,
  ),
]

const needsOf: ReadonlyMap<string, readonly Need[]> = new Map(
  needs.flatMap(({ programs }) =>
    programs.map((program) => [program, needs.filter((each) => each.programs.includes(program))]),
  ),
)

const withValue = optionNames(
  '--prefix -C --cwd --dir -d --working-dir -f --file --manifest-path -r --requirement --loglevel --registry',
)

/** What a command needs of the project that it is run for. Undefined where that is nothing, or not known. */
export function neededFiles(command: ShellCommand): NeededFiles | undefined {
  if (command.wrappers.length > 1) return undefined
  const known = needsOf.get(command.program)
  if (known === undefined) return requirements(command) ?? scriptFile(command)
  if (command.arguments.some(({ value }) => value.includes('$'))) return undefined
  const { operands, options } = readOptions(command, withValue)
  const [action, second] = operands
  return known.find(
    ({ actions, elsewhere, isAlone }) =>
      actions.includes(action?.value ?? '') &&
      !options.some(({ name }) => elsewhere.has(name)) &&
      (!isAlone || second === undefined || /^(?:run|run-script|start|test)$/.test(action?.value ?? '')),
  )
}

function need(programs: string, actions: string, names: string, elsewhere: string, searchesUp = true): Need {
  return {
    programs: programs.split(' '),
    actions: actions.split(' '),
    names: names.split(' '),
    searchesUp,
    elsewhere: new Set(elsewhere.split(' ')),
    isAlone: !programs.startsWith('mvn') && !programs.startsWith('cargo'),
  }
}

/** `pip install -r requirements.txt` */
function requirements(command: ShellCommand): NeededFiles | undefined {
  const isPip = /^pip[0-9.]*$/.test(command.program)
  const isModule = /^python[0-9.]*$/.test(command.program) && command.arguments[1]?.value === 'pip'
  if (!isPip && !isModule) return undefined
  const file = findOption(readOptions(command, optionNames('-r --requirement')), '-r', '--requirement')?.value
  return file === undefined || /^https?:|\$/.test(file) ? undefined : { names: [file], searchesUp: false }
}

/** Programs that run a file, and the option that the file stands behind. */
const runners: readonly (readonly [program: RegExp, extension: RegExp])[] = [
  [/^(?:node|nodejs)$/, /\.[cm]?js$/],
  [/^python[0-9.]*$/, /\.py$/],
  [/^ruby$/, /\.rb$/],
  [/^php$/, /\.php$/],
  [/^perl$/, /\.pl$/],
]

/** `node server.js`, `java -jar app.jar`, `sh build.sh`, `./run.sh` */
function scriptFile(command: ShellCommand): NeededFiles | undefined {
  const { program, programWord, arguments: words } = command
  const path = programWord?.value ?? ''
  if (/^(?:\.{0,2}\/).+/.test(path) && programWord?.isLiteral === true) return asFile(programWord)
  if (program === 'java') {
    const at = words.findIndex(({ value }) => value === '-jar')
    return at === -1 ? undefined : asFile(words[at + 1])
  }
  if (shellNames.has(program) && nestedScriptIndex(command) === -1) {
    const [first] = words
    return first !== undefined && /\.(?:ba)?sh$/.test(first.value) ? asFile(first) : undefined
  }
  const runner = runners.find(([name]) => name.test(program))
  const [first] = words
  return runner !== undefined && first !== undefined && runner[1].test(first.value) ? asFile(first) : undefined
}

/** A pattern may be any file. */
function asFile(word: ShellWord | undefined): NeededFiles | undefined {
  if (word === undefined || !word.isLiteral || /[$*?[~]/.test(word.value)) return undefined
  return { names: [word.value], searchesUp: false }
}
