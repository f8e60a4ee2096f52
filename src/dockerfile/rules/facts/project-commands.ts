import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { quote } from '../../reading/report.ts'
import { optionNames } from './command-options.ts'

/** What builds a project by a file that also names what it depends on. */
export type ProjectTool = 'go' | 'cargo' | 'maven' | 'gradle' | 'dotnet' | 'sbt'

/** A command of a {@link ProjectTool} that has to do with dependencies. */
export interface ProjectCommand {
  readonly tool: ProjectTool
  /** As people say it: `go build`, `mvn package`. */
  readonly name: string
  /** The last word of the name. */
  readonly actionWord: ShellWord
  /**
   * Whether it fetches what the project depends on and does nothing else, builds the project, or does something else, which may use
   * what others fetched.
   */
  readonly kind: 'fetch' | 'build' | 'other'
  /** Everything but the options and their values. */
  readonly operands: readonly ShellWord[]
}

interface Tool {
  readonly programs: readonly string[]
  /** Options that take the word behind them. */
  readonly withValue: ReadonlySet<string>
  /** What a command does, by its operands. Undefined for those that have nothing to do with dependencies. */
  readonly kindOf: (operands: readonly string[]) => ProjectCommand['kind'] | undefined
}

const tools: Readonly<Record<ProjectTool, Tool>> = {
  go: tool(
    'go',
    `-C -o -ldflags -gcflags -asmflags -tags -mod -p -buildmode -run -coverprofile -covermode -timeout -count -modfile -pkgdir -toolexec`,
    ([action = '', second = '', ...rest]) => {
      if (action === 'mod') return /^(?:download|tidy|vendor)$/.test(second) ? 'fetch' : 'other'
      // A program of somebody else, which changes when its version does.
      if ([second, ...rest].some((word) => word.includes('@'))) return 'other'
      if (action === 'get') return 'fetch'
      if (/^(?:build|install|test|vet|run|generate)$/.test(action)) return 'build'
      return /^(?:list|tool)$/.test(action) ? 'other' : undefined
    },
  ),
  cargo: tool(
    'cargo',
    `--manifest-path --target --target-dir --features -F -p --package --bin --example --profile -j --jobs --config -Z --root
    --recipe-path --path --version --git --branch --tag --rev --color --exclude`,
    ([action = '', second = '']) => {
      if (action === 'fetch' || action === 'vendor') return 'fetch'
      if (/^(?:build|b|check|c|test|t|bench|run|r|rustc|clippy|zigbuild)$/.test(action)) return 'build'
      if (action === 'install' && second === '') return 'build'
      if (action === 'chef') return second === 'cook' ? 'build' : undefined
      return /^(?:install|doc|auditable|leptos|tree|metadata|update|generate-lockfile)$/.test(action)
        ? 'other'
        : undefined
    },
  ),
  maven: tool(
    'mvn mvnw',
    `-f --file -s --settings -gs --global-settings -pl --projects -P --activate-profiles -T --threads -t --toolchains -b --builder
    -l --log-file -rf --resume-from -D --define`,
    (goals) => {
      if (goals.length === 0) return undefined
      if (goals.every((goal) => /^(?:wrapper:|archetype:|help:)/.test(goal))) return 'other'
      return goals.every((goal) => /(?:^|[:.])dependency(?:-plugin)?:|:go-offline|:resolve/.test(goal))
        ? 'fetch'
        : 'build'
    },
  ),
  gradle: tool(
    'gradle gradlew',
    `-p --project-dir -b --build-file -c --settings-file -x --exclude-task -I --init-script -g --gradle-user-home
    --max-workers --console --warning-mode -P -D --tests`,
    (tasks) => {
      if (tasks.every((task) => /^(?:wrapper|init|help|tasks|properties)$/.test(task))) return 'other'
      return tasks.every((task) => /dependenc|^(?:.*:)?clean$/i.test(task)) ? 'fetch' : 'build'
    },
  ),
  dotnet: tool(
    'dotnet',
    `-c --configuration -o --output -r --runtime -f --framework -v --verbosity -s --source -a --arch --os --project --configfile
    --packages --version-suffix --logger --filter --results-directory`,
    ([action = '']) => {
      if (action === 'restore') return 'fetch'
      if (/^(?:build|publish|test|pack|run|msbuild)$/.test(action)) return 'build'
      return action === 'ef' ? 'other' : undefined
    },
  ),
  sbt: tool('sbt sbtx', '-D -J -mem -java-home -sbt-version', (tasks) => {
    if (tasks.length === 0) return 'other'
    return tasks.every((task) => task === 'update') ? 'fetch' : 'build'
  }),
}

const byProgram: ReadonlyMap<string, ProjectTool> = new Map(
  names().flatMap((name) => tools[name].programs.map((program) => [program, name])),
)

/** Undefined where a command is of another program, or has nothing to do with dependencies. */
export function projectCommand({
  program,
  programWord,
  arguments: words,
}: Pick<ShellCommand, 'program' | 'programWord' | 'arguments'>): ProjectCommand | undefined {
  const name = byProgram.get(program)
  if (name === undefined || programWord === undefined) return undefined
  const { withValue, kindOf } = tools[name]
  const operands = words.filter(
    // `cargo +nightly build`
    ({ value }, at) => !/^[-+]/.test(value) && !withValue.has(words[at - 1]?.value ?? ''),
  )
  const kind = kindOf(operands.map(({ value }) => value))
  if (kind === undefined) return undefined
  const goal = operands.find(({ value }) => value !== 'clean') ?? operands[0]
  const isNested = /^(?:mod|chef)$/.test(operands[0]?.value ?? '')
  const actions = hasGoals.has(name) ? (goal === undefined ? [] : [goal]) : operands.slice(0, isNested ? 2 : 1)
  return {
    tool: name,
    name: [program, ...actions.map(({ value }) => shortName(value))].join(' '),
    actionWord: actions.at(-1) ?? programWord,
    kind,
    operands,
  }
}

/** `go-offline` for `org.apache.maven.plugins:maven-dependency-plugin:3.6.1:go-offline`; in quotes what is no usual name. */
function shortName(action: string): string {
  const name = action.replace(/^.*:.*:(?=[^:]+$)/, '')
  return /^[\w.:@/-]{1,40}$/.test(name) ? name : quote(name)
}

/** Tools that get a list of goals, in which `clean` may come first. */
const hasGoals: ReadonlySet<ProjectTool> = new Set(['maven', 'gradle', 'sbt'])

function names(): readonly ProjectTool[] {
  return ['go', 'cargo', 'maven', 'gradle', 'dotnet', 'sbt']
}

function tool(programs: string, withValue: string, kindOf: Tool['kindOf']): Tool {
  return { programs: programs.split(' '), withValue: optionNames(withValue.trim()), kindOf }
}
