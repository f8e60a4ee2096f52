import { posix } from 'node:path'
import { programName } from '../../script/invocation.ts'
import { runCommands } from './built-steps.ts'
import { findOption, optionNames, readOptions, type CommandOptions } from './command-options.ts'
import { resolveWord } from './command-folders.ts'
import { packageCommand } from './package-commands.ts'
import { isWithin, resolvePath } from './paths.ts'
import { visitStageCommands, type StageCommand } from './stage-commands.ts'
import type { StageFacts, Step } from './stage-facts.ts'

/** Something that a stage makes and that needs the C library of its base. */
export interface BuiltProgram {
  readonly kind: 'go' | 'rust' | 'c' | 'java'
  readonly libc: 'glibc' | 'musl'
  /** What makes it. */
  readonly command: StageCommand
  /** The stage that does. */
  readonly stage: StageFacts
  /** Where it comes to lie. */
  readonly places: readonly Place[]
}

/** A path of a file, or of a folder in which the file is. */
interface Place {
  readonly path: string
  readonly isFolder: boolean
}

type Reader = (found: StageCommand, stage: StageFacts) => Pick<BuiltProgram, 'kind' | 'places'> | undefined

/** More programs than a file could have; what is behind them is not looked at. */
const programsMax = 50

/**
 * What the stages make that is linked with the C library of their base, and so does not run where another is, or none. What is linked
 * statically, or may be, is left out.
 */
export function builtPrograms(stages: readonly StageFacts[]): ReadonlyMap<StageFacts, readonly BuiltProgram[]> {
  const found = new Map<StageFacts, readonly BuiltProgram[]>()
  for (const stage of stages) {
    const inherited = stage.parent === undefined ? [] : (found.get(stage.parent) ?? [])
    const { libc } = stage.base
    const own = stage.isNeeded && (libc === 'glibc' || libc === 'musl') ? programsOf(stage, libc, inherited) : inherited
    found.set(stage, own)
  }
  return found
}

/** The program that a COPY takes along out of a stage: by its path, or in a folder around it. */
export function copiedProgram(programs: readonly BuiltProgram[], source: string): BuiltProgram | undefined {
  const path = resolvePath('/', source.replace(/(?<=.)\/$/, ''))
  if (path === undefined || /[*?[]/.test(path)) return undefined
  const looksLikeProgram = !/\.(?!exe$)[A-Za-z0-9]+$/.test(posix.basename(path))
  return programs.find(({ places }) =>
    places.some(
      (place) =>
        isWithin(place.path, path) || (place.isFolder && looksLikeProgram && posix.dirname(path) === place.path),
    ),
  )
}

function programsOf(
  stage: StageFacts,
  libc: BuiltProgram['libc'],
  inherited: readonly BuiltProgram[],
): readonly BuiltProgram[] {
  const found: BuiltProgram[] = [...inherited]
  visitStageCommands(stage, (command) => {
    if (movers.has(command.command.program)) {
      for (const [at, program] of found.entries()) {
        const moved = movedTo(command, program)
        if (moved !== undefined) found[at] = { ...program, places: [...program.places, moved] }
      }
    }
    const read = readers.get(programName(command.command.programWord?.value ?? ''))?.(command, stage)
    if (read !== undefined && found.length < programsMax) found.push({ ...read, libc, command, stage })
  })
  return found
}

const goWithValue = optionNames(
  '-o -p -C --asmflags --gcflags --ldflags --tags --mod --modfile --overlay --pkgdir --toolexec --buildmode',
)

/** Without CGO_ENABLED=0 and with a C compiler, the packages `net` and `os/user` make a program that needs the C library. */
const readGo: Reader = (found, stage) => {
  const { command, folder, variable, step } = found
  const parts = readOptions(goArguments(command.arguments), goWithValue)
  const [action] = parts.operands
  if (action?.value !== 'build' && action?.value !== 'install') return undefined
  const cgo = variable('CGO_ENABLED')
  const hasTarget = ['GOARCH', 'GOOS'].some(
    (name) => variable(name)?.value !== undefined || variable(name) === undefined,
  )
  if (cgo === undefined || cgo.value === '0' || (cgo.value !== '1' && hasTarget && !isOwnPlatform(found, stage)))
    return undefined
  const flags = [...command.arguments.map(({ value }) => value), variable('GOFLAGS')?.value ?? ''].join(' ')
  if (/-static\b|osusergo/.test(flags) || hasUnknownFlags(parts) || !hasCompiler(stage, step)) return undefined
  const output = findOption(parts, '-o')?.value
  if (action.value === 'install') return { kind: 'go', places: [{ path: goBin(found), isFolder: true }] }
  const path = output === undefined ? folder : resolveWord(folder, output)
  if (path === undefined) return undefined
  return { kind: 'go', places: [{ path, isFolder: output === undefined || output.endsWith('/') || output === '.' }] }
}

/** Whether a variable may ask for static linking. A version that the linker writes into the program cannot. */
function hasUnknownFlags(parts: CommandOptions): boolean {
  return ['--ldflags', '--tags', '--buildmode'].some((name) => {
    const value = findOption(parts, name)?.value ?? ''
    return value.replaceAll(/-X[ =]*(?:'[^']*'|"[^"]*"|\S+)/g, '').includes('$')
  })
}

/** Go's long options may have one dash. */
function goArguments(words: StageCommand['command']['arguments']): { readonly arguments: typeof words } {
  return {
    arguments: words.map((word) => (/^-[a-z]{2,}/.test(word.value) ? { ...word, value: `-${word.value}` } : word)),
  }
}

function goBin({ variable }: StageCommand): string {
  const path = variable('GOPATH')?.value
  return variable('GOBIN')?.value ?? (path === undefined ? '/go/bin' : posix.join(path, 'bin'))
}

/** Go leaves C out where it builds for another platform than its own. */
function isOwnPlatform({ variable }: StageCommand, stage: StageFacts): boolean {
  const system = variable('GOOS')
  const architecture = variable('GOARCH')
  const isLinux = system !== undefined && (system.value === undefined || system.value === 'linux')
  // The file names one, and builds on that which is asked for.
  const isSame = architecture !== undefined && (architecture.value === undefined || architecture.value === 'amd64')
  return isLinux && isSame && stage.evaluated.platform === undefined
}

function hasCompiler(stage: StageFacts, before: Step): boolean {
  const has = stage.base.hasProgram('gcc')
  if (has !== false) return has === true
  for (let at: StageFacts | undefined = stage; at !== undefined; at = at.parent) {
    const end = at === stage ? at.steps.indexOf(before) + 1 : at.steps.length
    if (at.steps.slice(0, end).some((step) => installsCompiler(step))) return true
  }
  return false
}

function installsCompiler(step: Step): boolean {
  return runCommands(step).some((command) => {
    const asked = packageCommand(command)
    return (
      asked?.action === 'install' &&
      asked.packages.some(({ value }) =>
        /^(?:gcc|g\+\+|clang|build-base|build-essential|alpine-sdk|base-devel)$/.test(value),
      )
    )
  })
}

const cargoWithValue = optionNames(
  '--target --target-dir --profile --bin --package -p --features -F --manifest-path -j --jobs --path --root --git --version --config',
)

/** Rust's programs for GNU targets are linked with glibc. On Alpine they are static, if rustup brought the compiler. */
const readCargo: Reader = (found, stage) => {
  const { command, folder, variable } = found
  const parts = readOptions(command, cargoWithValue)
  const action = parts.operands.find(({ value }) => !value.startsWith('+'))
  // Another project's folder may have its results in the folder of a workspace around it.
  if (findOption(parts, '--manifest-path') !== undefined) return undefined
  if (stage.base.libc !== 'glibc' || (action?.value !== 'build' && action?.value !== 'install')) return undefined
  const target = findOption(parts, '--target')
  const words = command.arguments.map(({ value }) => value).join(' ')
  const settings = [target?.value, variable('CARGO_BUILD_TARGET')?.value, variable('RUSTFLAGS')?.value, words].join(' ')
  const isUnknown =
    target?.valueWord?.isLiteral === false ||
    ['CARGO_BUILD_TARGET', 'RUSTFLAGS'].some((name) => variable(name) === undefined)
  if (isUnknown || /musl|crt-static|wasm|none/.test(settings) || namesMusl(stage)) return undefined
  if (action.value === 'install') {
    const root = findOption(parts, '--root')?.value ?? variable('CARGO_HOME')?.value ?? '/usr/local/cargo'
    return { kind: 'rust', places: [{ path: posix.join(root, 'bin'), isFolder: true }] }
  }
  const base = findOption(parts, '--target-dir')?.value ?? variable('CARGO_TARGET_DIR')?.value ?? 'target'
  const path = resolveWord(folder, base)
  if (path === undefined) return undefined
  const profile = findOption(parts, '--profile')?.value
  const isRelease = findOption(parts, '--release', '-r') !== undefined
  const name = profile === undefined ? (isRelease ? 'release' : 'debug') : profile === 'dev' ? 'debug' : profile
  return { kind: 'rust', places: [{ path: posix.join(path, target?.value ?? '', name), isFolder: true }] }
}

/** A target that was added is in use, by a file that nobody sees. */
function namesMusl(stage: StageFacts): boolean {
  return stage.steps.some(
    (step) =>
      step.evaluated.kind === 'run' &&
      (step.script()?.commands ?? []).some(({ words }) => words.some(({ value }) => value.includes('musl'))),
  )
}

const readCompiler: Reader = ({ command, folder }) => {
  const flags = command.arguments.map(({ value }) => value)
  if (flags.some((flag) => /^(?:-static.*|-c|-S|-E|-shared|-r|--version|-v|-M+|--target=.*)$/.test(flag)))
    return undefined
  if (command.arguments.some(({ isLiteral }) => !isLiteral)) return undefined
  const output = flags[flags.indexOf('-o') + 1]
  const path = flags.includes('-o') && output !== undefined ? resolveWord(folder, output) : undefined
  return path === undefined ? undefined : { kind: 'c', places: [{ path, isFolder: false }] }
}

const readJlink: Reader = ({ command, folder }) => {
  const output = findOption(readOptions(command, optionNames('--output --add-modules --module-path -p')), '--output')
  const path = output?.valueWord?.isLiteral === true ? resolveWord(folder, output.value ?? '') : undefined
  return path === undefined ? undefined : { kind: 'java', places: [{ path, isFolder: false }] }
}

const readers: ReadonlyMap<string, Reader> = new Map([
  ['go', readGo],
  ['cargo', readCargo],
  ...['gcc', 'g++', 'cc', 'c++', 'clang', 'clang++'].map((name): [string, Reader] => [name, readCompiler]),
  ['jlink', readJlink],
])

const movers: ReadonlySet<string> = new Set(['cp', 'mv', 'install', 'ln'])

/** Where `cp`, `mv` and `install` bring a program to. */
function movedTo({ command, folder }: StageCommand, { places }: BuiltProgram): Place | undefined {
  const operands = command.arguments.filter(({ value }) => !value.startsWith('-'))
  const [source] = operands
  const target = operands.at(-1)
  if (source === undefined || target === undefined || source === target || operands.length > 3) return undefined
  const from = resolveWord(folder, source.value)
  const to = resolveWord(folder, target.value)
  if (from === undefined || to === undefined) return undefined
  const isMoved = places.some(({ path, isFolder }) => from === path || (isFolder && posix.dirname(from) === path))
  if (!isMoved) return undefined
  return target.value.endsWith('/')
    ? { path: posix.join(to, posix.basename(from)), isFolder: false }
    : { path: to, isFolder: false }
}
