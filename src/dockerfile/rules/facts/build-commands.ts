import type { ShellCommand, ShellWord } from '../../shell-command.ts'

/** A command that turns a project's source into what is run. */
export interface BuildCommand {
  readonly tool: BuildTool
  /** The words that show it: `go build`. */
  readonly range: { readonly start: number; readonly end: number }
}

/** What builds, by the language. */
export type BuildTool = 'go' | 'rust' | 'java' | 'dotnet' | 'c' | 'node' | 'elixir' | 'haskell' | 'swift' | 'scala'

interface Builder {
  readonly tool: BuildTool
  /** The first word behind the options has to be one of these. Without, the program itself builds. */
  readonly actions?: readonly string[]
}

const builders: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ['go', { tool: 'go', actions: ['build', 'install'] }],
  ['cargo', { tool: 'rust', actions: ['build', 'install', 'b'] }],
  ['rustc', { tool: 'rust' }],
  ['mvn', { tool: 'java', actions: ['package', 'install', 'verify', 'compile'] }],
  ['mvnw', { tool: 'java', actions: ['package', 'install', 'verify', 'compile'] }],
  ['gradle', { tool: 'java', actions: ['build', 'assemble', 'jar', 'bootJar', 'shadowJar', 'installDist', 'war'] }],
  ['gradlew', { tool: 'java', actions: ['build', 'assemble', 'jar', 'bootJar', 'shadowJar', 'installDist', 'war'] }],
  ['javac', { tool: 'java' }],
  ['ant', { tool: 'java' }],
  ['sbt', { tool: 'scala', actions: ['assembly', 'stage', 'dist', 'compile', 'package'] }],
  ['dotnet', { tool: 'dotnet', actions: ['publish', 'build', 'pack'] }],
  ['gcc', { tool: 'c' }],
  ['g++', { tool: 'c' }],
  ['cc', { tool: 'c' }],
  ['c++', { tool: 'c' }],
  ['clang', { tool: 'c' }],
  ['clang++', { tool: 'c' }],
  ['cmake', { tool: 'c' }],
  ['meson', { tool: 'c' }],
  ['ninja', { tool: 'c' }],
  ['make', { tool: 'c' }],
  ['mix', { tool: 'elixir', actions: ['release', 'compile'] }],
  ['cabal', { tool: 'haskell', actions: ['build', 'install'] }],
  ['stack', { tool: 'haskell', actions: ['build', 'install'] }],
  ['ghc', { tool: 'haskell' }],
  ['swift', { tool: 'swift', actions: ['build'] }],
  ['tsc', { tool: 'node' }],
  ['webpack', { tool: 'node' }],
  ['vite', { tool: 'node', actions: ['build'] }],
  ['next', { tool: 'node', actions: ['build'] }],
  ['ng', { tool: 'node', actions: ['build'] }],
  ['nest', { tool: 'node', actions: ['build'] }],
  ['turbo', { tool: 'node', actions: ['build'] }],
  ['nx', { tool: 'node', actions: ['build', 'run-many'] }],
])

/** Programs that run a script of `package.json`, or a program of a package. */
const scriptRunners: ReadonlySet<string> = new Set(['npm', 'yarn', 'pnpm', 'bun', 'npx', 'pnpx', 'bunx'])

/** What a command builds. Undefined where it does something else, or only shows a version. */
export function buildCommand(command: ShellCommand): BuildCommand | undefined {
  const { program, programWord, arguments: words, range } = command
  if (programWord === undefined || words.some(({ value }) => value === '--version' || value === '--help'))
    return undefined
  const plain = words.filter(({ value }) => !value.startsWith('-') && !value.includes('='))
  const at = (word: ShellWord | undefined): BuildCommand['range'] => ({
    start: programWord.range.start,
    end: word?.range.end ?? programWord.range.end,
  })
  if (scriptRunners.has(program)) {
    const named = ['run', 'run-script', 'exec', 'dlx'].includes(plain[0]?.value ?? '') ? plain[1] : plain[0]
    const isBuild = named !== undefined && /^build(?::|$)/.test(named.value) && program !== 'npx'
    const builder = named === undefined || program === 'npm' ? undefined : builders.get(named.value)
    const action = builder?.actions === undefined ? named : plain.find(({ value }) => builder.actions?.includes(value))
    if (isBuild) return { tool: 'node', range: at(named) }
    return builder?.tool === 'node' && action !== undefined ? { tool: 'node', range: at(action) } : undefined
  }
  const builder = builders.get(program)
  if (builder === undefined) return undefined
  if (builder.actions === undefined) return { tool: builder.tool, range: at(undefined) }
  const action = plain.find(({ value }) => builder.actions?.includes(value.replace(/^.*:(?=\w)/, '')) === true)
  return action === undefined || action.range.end > range.end ? undefined : { tool: builder.tool, range: at(action) }
}
