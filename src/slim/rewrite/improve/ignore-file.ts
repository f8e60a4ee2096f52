import type { BuildContext } from '../../../dockerfile/build-context.ts'
import { evaluateDockerfile } from '../../../dockerfile/evaluate.ts'
import { parseDockerfile } from '../../../dockerfile/parse.ts'
import { neededStages } from '../../../dockerfile/stages.ts'
import type { ImproveOptions } from '../../improve-options.ts'

/** What no build needs of a folder, and why. In the order in which it is written. */
const unwanted: readonly (readonly [name: string, why: string])[] = [
  ['.git', 'history'],
  ['.github', 'history'],
  ['.gitlab-ci.yml', 'history'],
  ['node_modules', 'installed by the build'],
  ['.venv', 'installed by the build'],
  ['venv', 'installed by the build'],
  ['__pycache__', 'made by the build'],
  ['.pytest_cache', 'made by the build'],
  ['.mypy_cache', 'made by the build'],
  ['target', 'made by the build'],
  ['.next', 'made by the build'],
  ['coverage', 'made by tests'],
  ['.idea', 'of editors'],
  ['.vscode', 'of editors'],
  ['.DS_Store', 'of editors'],
  ['.env', 'secrets'],
  ['.env.local', 'secrets'],
  ['Dockerfile', 'how it is built'],
  ['Dockerfile.slim', 'how it is built'],
  ['docker-compose.yml', 'how it is run'],
  ['compose.yaml', 'how it is run'],
]

/** Only what is there, and what nothing names; `.env` stays in what is built where it is copied by name. */
export function proposeIgnoreFile(text: string, options: ImproveOptions): string | undefined {
  const { context } = options
  if (context === undefined || context.ignoreFile !== undefined) return undefined
  const named = copiedNames(text, options)
  if (named === undefined) return undefined
  const there = new Set((context.list('') ?? []).map(({ name }) => name))
  const found = unwanted.filter(([name]) => there.has(name) && !named.has(name) && !isBuiltFrom(name, context))
  if (!found.some(([name]) => !name.startsWith('Dockerfile'))) return undefined
  const lines: string[] = []
  for (const [index, [name, why]] of found.entries()) {
    if (found[index - 1]?.[1] !== why) lines.push(`# ${why}`)
    lines.push(name)
  }
  return lines.map((line) => `${line}\n`).join('')
}

/** `target` is only Cargo's and Maven's folder where one of them is used. */
function isBuiltFrom(name: string, context: BuildContext): boolean {
  if (name !== 'target') return false
  return !(context.list('') ?? []).some((each) => each.name === 'Cargo.toml' || each.name === 'pom.xml')
}

/** First names of what is copied by name; undefined where the context is not copied as a whole. */
function copiedNames(text: string, options: ImproveOptions): ReadonlySet<string> | undefined {
  const evaluated = evaluateDockerfile(parseDockerfile(text).document, options)
  if (evaluated.target === undefined) return undefined
  const names = new Set<string>()
  let isWhole = false
  for (const { instructions } of neededStages(evaluated, evaluated.target)) {
    for (const each of instructions) {
      if ((each.kind !== 'copy' && each.kind !== 'add') || each.fileSource !== undefined) continue
      for (const source of each.sources) {
        const [first = ''] = source.replace(/^(?:\.?\/)+/, '').split('/')
        if (first === '' || first === '.') isWhole = true
        else names.add(first)
      }
    }
  }
  return isWhole ? names : undefined
}
