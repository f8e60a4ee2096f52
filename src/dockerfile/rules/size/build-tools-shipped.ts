import { programName } from '../../script/invocation.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { readCommandLine } from '../../shell-script.ts'
import { buildCommand, type BuildTool } from '../facts/build-commands.ts'
import { isForDevelopment } from '../facts/development-images.ts'
import { packageCommand } from '../facts/package-commands.ts'
import { shippedRuns, type ShippedRun } from '../facts/shipped-steps.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** The program is built in the image that is shipped, or compilers are installed into it. */
export const buildToolsShipped: Rule = {
  name: 'BuildToolsShipped',
  category: 'size',
  severity: 'warning',
  summary: 'the program is built in the image that is shipped, so its compilers are shipped as well',
  check(file, report) {
    if (isForDevelopment(file)) return
    const runs = shippedRuns(file)
    const removed = removedNames(runs)
    const installed = runs.flatMap((run) => installedIn(run, removed) ?? []).at(0)
    const hasCompiler = runs.some((run) => installedIn(run, new Set()) !== undefined)
    const built = runsProgram(file) ? runs.flatMap((run) => builtIn(run, hasCompiler) ?? []).at(0) : undefined
    const found = built ?? (runsProgram(file) || isServer(file) ? installed : undefined)
    if (found !== undefined) report({ ...found, related: [...(found.related ?? []), ...whereItBegins(file)] })
  },
}

interface Words {
  readonly what: string
  readonly hint: string
}

const words: Readonly<Record<BuildTool, Words>> = {
  go: {
    what: 'the Go compiler and the source',
    hint: 'Name this stage, and end with FROM scratch or a static base that gets only the program: COPY --from=build.',
  },
  rust: {
    what: 'the Rust compiler, the source and what it was compiled to on the way',
    hint: 'Name this stage, and end with a slim base of the same distribution that gets only target/release/NAME: COPY --from=build.',
  },
  java: {
    what: 'the JDK, the build tool and all that it downloaded',
    hint: 'Name this stage, and end with a JRE that gets only the jar: COPY --from=build.',
  },
  scala: {
    what: 'the JDK, sbt and all that it downloaded',
    hint: 'Name this stage, and end with a JRE that gets only the jar: COPY --from=build.',
  },
  dotnet: {
    what: 'the SDK and the source',
    hint: 'Name this stage, and end with mcr.microsoft.com/dotnet/aspnet or runtime, which gets only what was published.',
  },
  node: {
    what: 'the source and what only the build needs',
    hint: 'Name this stage, and end with one that gets the output and the dependencies that the program needs at run time.',
  },
  c: {
    what: 'compilers and headers',
    hint: 'Build in a stage of its own, and copy what was built: COPY --from=build.',
  },
  elixir: {
    what: 'the compiler and the source',
    hint: 'Build in a stage of its own, and copy the release: COPY --from=build.',
  },
  haskell: {
    what: 'the compiler and the source',
    hint: 'Build in a stage of its own, and copy the program: COPY --from=build.',
  },
  swift: {
    what: 'the compiler and the source',
    hint: 'Build in a stage of its own, and end with the slim image of Swift.',
  },
}

/** A program that ran in a RUN is in its layer, unless the same RUN removes it. */
function builtIn({ commands }: ShippedRun, hasCompiler: boolean): FoundProblem | undefined {
  if (commands.some((command) => removesPackages(command))) return undefined
  for (const command of commands) {
    const built = command.isConditional ? undefined : buildCommand(command)
    if (built === undefined) continue
    const { what, hint } = words[built.tool]
    return {
      message: `this builds in the image that is shipped, with ${what}`,
      range: built.range,
      cost: 'Often ten times the size of the program, pulled by every node, with all its vulnerabilities.',
      hint,
      // make runs whatever it is told to.
      ...(command.program === 'make' && !hasCompiler ? { severity: 'information' } : {}),
    }
  }
  return undefined
}

/** Packages of compilers and of headers, by their names in Debian, Alpine and Fedora. */
const compilerPattern =
  /^(?:build-essential|build-base|gcc(?:-\d+)?|g\+\+(?:-\d+)?|gcc-c\+\+|clang(?:-\d+)?|cmake|rustc|cargo|golang(?:-go)?|go|default-jdk(?:-headless)?|openjdk-?\d+-jdk(?:-headless)?|python3?-dev|python3-devel|musl-dev|libc6?-dev|linux-headers|dpkg-dev|dotnet-sdk-[\d.]+)$/

function installedIn({ commands }: ShippedRun, removed: ReadonlySet<string>): FoundProblem | undefined {
  if (commands.some((command) => removesPackages(command))) return undefined
  for (const command of commands) {
    const asked = packageCommand(command)
    if (asked?.action !== 'install' || !['apt', 'apk', 'dnf', 'zypper'].includes(asked.manager)) continue
    const compiler = asked.packages.find((word) => isCompiler(word) && !removed.has(plainName(word)))
    // `apk add --virtual NAME`, and later `apk del NAME`.
    if (
      compiler === undefined ||
      command.arguments.some(({ value }) => removed.has(value.replace(/^--virtual=/, '')))
    ) {
      continue
    }
    return {
      message: `${compiler.value} stays in the image that is shipped`,
      range: compiler.range,
      cost: 'Compilers and headers are hundreds of MB, pulled by every node, with all their vulnerabilities.',
      hint: 'Build what needs it in a stage of its own, and copy the result: COPY --from=build.',
    }
  }
  return undefined
}

function isCompiler({ value, isLiteral }: ShellWord): boolean {
  return isLiteral && compilerPattern.test(plainName({ value }))
}

function plainName({ value }: Pick<ShellWord, 'value'>): string {
  return value.replace(/(?<=.)[=~<>].*$/, '')
}

/** What some RUN removes: in the same layer, so that it is gone, or in a later one, of which another rule speaks. */
function removedNames(runs: readonly ShippedRun[]): ReadonlySet<string> {
  return new Set(
    runs.flatMap(({ commands }) =>
      commands.flatMap((command) => {
        const asked = packageCommand(command)
        return asked?.action === 'remove' ? asked.packages.map((word) => plainName(word)) : []
      }),
    ),
  )
}

function removesPackages(command: ShellCommand): boolean {
  const asked = packageCommand(command)
  return asked?.action === 'remove' && ['apt', 'apk', 'dnf', 'zypper'].includes(asked.manager)
}

/** Programs for people who work in the container, or that build when it starts. */
// prettier-ignore
const workbenches: ReadonlySet<string> = new Set([
  'bash', 'sh', 'zsh', 'fish', 'sleep', 'tail', 'sshd', 'code-server', 'jupyter', 'jupyter-lab', 'jupyter-notebook', 'start-notebook.sh',
  'air', 'reflex', 'nodemon', 'go', 'cargo', 'rustc', 'mvn', 'gradle', 'gradlew', 'mvnw', 'make', 'gcc', 'g++', 'iex', 'mix', 'irb',
])

/**
 * Whether the image is one that runs a program: it says which, and not one that builds or that people work in. What is only a base
 * for others may well hold compilers.
 */
function runsProgram({ target }: RuleInput): boolean {
  const { entrypoint, cmd } = target?.end ?? {}
  const lines = [entrypoint, cmd].flatMap((line) => (line === undefined ? [] : [readCommandLine(line.command)]))
  const commands = lines.flatMap((line) => line.commands)
  if (commands.length === 0) return false
  return !commands.some(({ program, words: all }, index) => {
    const isShellOfOther = (program === 'sh' || program === 'bash') && (all.length > 1 || index < commands.length - 1)
    if (workbenches.has(programName(program)) && !isShellOfOther) return true
    return all.some(({ value }) => /^(?:dev|watch|develop|start:dev|--watch|--reload)$/.test(value))
  })
}

/** Whether the base starts a server by itself, so that the file needs no CMD. */
function isServer({ target }: RuleInput): boolean {
  const { officialName, tag } = target?.base ?? {}
  if (officialName === 'php') return tag?.words.has('apache') === true || tag?.words.has('fpm') === true
  return (
    officialName !== undefined &&
    /^(?:wordpress|drupal|tomcat|httpd|nginx|caddy|nextcloud|dunglas\/frankenphp)$/.test(officialName)
  )
}

function whereItBegins({ target }: RuleInput): NonNullable<FoundProblem['related']> {
  const from = target?.evaluated.stage.from
  return from === undefined ? [] : [{ message: 'the stage that is shipped', range: from.base.range }]
}
