import type { ShellCommand } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { findOption } from './command-options.ts'
import { dependencyCommand } from './dependency-commands.ts'
import { packageCommand, type PackageCommand } from './package-commands.ts'

/** A package that a later RUN removes than the one that installed it. */
export interface RemovedPackage {
  readonly name: string
  /** Whether the name is one of several things. */
  readonly isPlural: boolean
  readonly range: TextRange
  /** The command that installed it. */
  readonly installed: TextRange
}

/** The packages that earlier layers hold. */
export interface EarlierPackages {
  /** Goes on with the commands of the next RUN: which packages of earlier ones they remove, each once. */
  next(commands: readonly ShellCommand[]): readonly RemovedPackage[]
}

/** Follows the packages of distributions and languages through RUNs, by the names that the commands give them. */
export function earlierPackages(): EarlierPackages {
  const earlier = new Map<string, TextRange>()
  return {
    next(commands) {
      const own = new Map<string, TextRange>()
      const removed: RemovedPackage[] = []
      const remove = (key: string, found: Pick<RemovedPackage, 'name' | 'isPlural' | 'range'>): void => {
        const installed = own.delete(key) ? undefined : earlier.get(key)
        if (installed !== undefined) removed.push({ ...found, installed })
        earlier.delete(key)
      }
      for (const command of commands) {
        if (installsAll(command)) own.set(developmentKey, command.range)
        const asked = packageCommand(command)
        if (asked === undefined) continue
        if (prunes(command)) {
          remove(developmentKey, { name: 'development dependencies', isPlural: true, range: command.range })
          continue
        }
        for (const { value, range } of namesPackages(asked) ? asked.packages : []) {
          const name = value.replace(/(?<=.)[=@<>~].*$/, '')
          const key = `${asked.manager} ${name}`
          if (asked.action === 'install') own.set(key, command.range)
          else remove(key, { name, isPlural: false, range })
        }
        const group = asked.manager === 'apk' && asked.action === 'install' ? virtualName(command) : undefined
        if (group !== undefined) own.set(`apk ${group}`, command.range)
      }
      for (const [key, range] of own) earlier.set(key, range)
      return removed
    },
  }
}

/** `apk add --virtual NAME` gives a name to what it installs. */
function virtualName({ arguments: words }: ShellCommand): string | undefined {
  const at = words.findIndex(({ value }) => /^(?:-t|--virtual)(?:=|$)/.test(value))
  const word = words[at]
  if (word === undefined) return undefined
  return word.value.includes('=') ? word.value.slice(word.value.indexOf('=') + 1) : words[at + 1]?.value
}

function namesPackages({ action }: PackageCommand): boolean {
  return action === 'install' || action === 'remove'
}

const developmentKey = 'npm :development'

/** Whether npm or pnpm installs what the project has, with what only its development needs. */
function installsAll(command: ShellCommand): boolean {
  const asked = dependencyCommand(command)
  if (asked === undefined || (asked.tool !== 'npm' && asked.tool !== 'pnpm')) return false
  const isProject = asked.packages.length === 0 && !asked.isGlobal
  return isProject && findOption(asked, '--omit', '--production', '--prod', '-P', '--only') === undefined
}

/** `npm prune --omit=dev` */
function prunes({ program, arguments: words }: ShellCommand): boolean {
  const isPrune = (program === 'npm' || program === 'pnpm') && words[0]?.value === 'prune'
  return isPrune && words.some(({ value }) => /^--(?:production|prod|omit(?:=dev)?)$/.test(value))
}
