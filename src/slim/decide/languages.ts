import { posix } from 'node:path'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { DecideInput } from '../decide-input.ts'
import type { AppLanguage } from '../facts.ts'
import type { ProcessSettings } from './settings.ts'
import { findProgram, findWay } from './way.ts'

const programs: readonly (readonly [AppLanguage, RegExp])[] = [
  ['node', /^(?:node|nodejs|bun|deno|iojs)$/],
  ['python', /^(?:python|pypy)[\d.]*$/],
  ['java', /^java$/],
  ['ruby', /^(?:ruby[\d.]*|jruby|truffleruby)$/],
  ['php', /^php(?:-fpm|-cgi)?[\d.]*$/],
  ['perl', /^perl[\d.]*$/],
]

/** What runs the app: the interpreters that were executed, and those that its command names. */
export function languagesOf(
  tree: FileTree,
  settings: ProcessSettings,
  { opened, executed, command }: Pick<DecideInput, 'opened' | 'executed' | 'command'>,
): ReadonlySet<AppLanguage> {
  const [first] = command
  const program =
    first === undefined ? undefined : findProgram(tree, first, settings.searchPath, settings.workingDirectory)
  const paths = [
    ...executed,
    ...(program === undefined ? [] : [program, findWay(tree, program).target?.path ?? program]),
  ]
  const languages = new Set(paths.flatMap((path) => languageOfProgram(path) ?? []))
  // A web server has it for a module.
  if ([...opened].some((path) => /\/libphp[\d.]*\.so$/.test(path))) languages.add('php')
  return languages
}

/** The language that a program runs, by its name. */
export function languageOfProgram(path: string): AppLanguage | undefined {
  const name = posix.basename(path)
  return programs.find(([, pattern]) => pattern.test(name))?.[0]
}
