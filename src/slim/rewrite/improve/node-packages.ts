import { posix } from 'node:path'
import { evaluateDockerfile } from '../../../dockerfile/evaluate.ts'
import type { EvaluatedDockerfile } from '../../../dockerfile/evaluated.ts'
import { insertLinesAfter, type TextEdit } from '../../../dockerfile/edit.ts'
import type { RunInstruction } from '../../../dockerfile/instruction.ts'
import { parseDockerfile } from '../../../dockerfile/parse.ts'
import type { ImproveOptions } from '../../improve-options.ts'
import type { BuiltCommand } from './built-commands.ts'
import { mendCode } from './mended.ts'

const buildScript = /^(?:build|compile|generate|prepare|tsc|webpack|vite|next|nest|ng|turbo|nx|rollup|esbuild|swc)\b/

/** Leaves them out where nothing is built with them; otherwise takes them away behind the last command that builds. */
export function withoutDevelopmentPackages(
  text: string,
  commands: readonly BuiltCommand[],
  options: ImproveOptions,
): readonly TextEdit[] {
  const mended = mendCode(text, ['DevelopmentDependencies'], options)
  return mended.length > 0 ? mended : pruneAfterBuild(text, commands, options)
}

function pruneAfterBuild(
  text: string,
  commands: readonly BuiltCommand[],
  options: ImproveOptions,
): readonly TextEdit[] {
  const installs = commands.filter(({ command }) => isInstall(command.program, valuesOf(command.arguments)))
  const [install] = installs
  if (install === undefined || installs.length !== 1 || install.command.isNested) return []
  if (valuesOf(install.command.arguments).some((word) => /omit|production|only/.test(word))) return []
  const later = commands.filter(
    ({ stage, command }) => stage === install.stage && command.range.start > install.command.range.start,
  )
  if (
    later.some(
      ({ command }) => command.program === 'npm' && /^(?:prune|config|set)$/.test(command.arguments[0]?.value ?? ''),
    )
  )
    return []
  const build = later.findLast(({ command }) => isBuild(command.program, valuesOf(command.arguments)))
  if (build === undefined || install.variables.get('NODE_ENV') === 'production') return []
  const { document } = parseDockerfile(text)
  if (!areModulesTaken(evaluateDockerfile(document, options), install.stage)) return []
  const run = document.instructions.find(
    (each): each is RunInstruction =>
      each.kind === 'run' && each.range.start <= build.command.range.start && build.command.range.end <= each.range.end,
  )
  return run === undefined ? [] : [insertLinesAfter(document, run, [`${run.keyword.value} npm prune --omit=dev`])]
}

/** Whether what a stage installs comes into the image: not where others take only what was built of it. */
function areModulesTaken({ target, stages }: EvaluatedDockerfile, index: number): boolean {
  if (target?.stage.index === index) return true
  const workingDirectory = (stages[index]?.instructions ?? []).reduce(
    (folder, each) => (each.kind === 'workdir' ? posix.resolve(folder, each.value) : folder),
    '/',
  )
  const hasModules = (source: string): boolean => {
    const path = posix.resolve('/', source)
    return path === '/' || /[*?[]|\/node_modules(?:\/|$)/.test(path) || `${workingDirectory}/`.startsWith(`${path}/`)
  }
  return stages.some(
    ({ base, instructions }) =>
      (base.kind === 'stage' && base.index === index) ||
      instructions.some(
        (each) =>
          each.kind === 'copy' &&
          each.fileSource?.kind === 'stage' &&
          each.fileSource.index === index &&
          each.sources.some(hasModules),
      ),
  )
}

function valuesOf(words: BuiltCommand['command']['arguments']): readonly string[] {
  return words.map(({ value }) => value)
}

/** Of all that `package.json` names. */
function isInstall(program: string, [action = '', ...words]: readonly string[]): boolean {
  return (
    program === 'npm' &&
    /^(?:ci|install|i|clean-install)$/.test(action) &&
    words.every((word) => word.startsWith('-')) &&
    !words.some((word) => /^(?:-g|--global)$/.test(word))
  )
}

function isBuild(program: string, [first = '', second = '']: readonly string[]): boolean {
  if (program === 'npx' || program === 'npm') {
    const script = /^(?:run|run-script|exec|x)$/.test(first) ? second : first
    return buildScript.test(script)
  }
  return buildScript.test(program)
}
