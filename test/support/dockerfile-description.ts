import type { Diagnostic } from '../../src/dockerfile/diagnostic.ts'
import type { AddInstruction, CopyInstruction, Instruction, RunInstruction } from '../../src/dockerfile/instruction.ts'
import type { CommandLine, KeyValue } from '../../src/dockerfile/instruction-parts.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { SourceString } from '../../src/dockerfile/source-string.ts'
import { positionAt, type LineIndex } from '../../src/dockerfile/text-range.ts'

/** A Dockerfile as `test/differential/buildkit` describes it. */
export function describeFile(text: string): unknown {
  const { document, diagnostics } = parseDockerfile(text)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const { lineIndex } = document
  return {
    escape: document.escape,
    nodes: document.instructions.map((instruction) => describeNode(instruction, errors, lineIndex)),
    ...(document.instructions.length === 0 || hasDirectiveProblem(errors) ? { error: true } : {}),
  }
}

function hasDirectiveProblem(errors: readonly Diagnostic[]): boolean {
  return errors.some(({ code }) => code === 'bad-escape' || code === 'duplicate-directive')
}

function describeNode(instruction: Instruction, errors: readonly Diagnostic[], lineIndex: LineIndex): unknown {
  const { lines, keyword, flags, heredocs } = instruction
  const isWrong = errors.some(({ code, range }) => isInside(range.start) && failsWhereItStands(code))
  return {
    keyword: keyword.value,
    flags: flags.map(({ name, value }) => `--${name.value}${value === undefined ? '' : `=${value.value}`}`),
    heredocs: heredocs.map(({ name, fileDescriptor, expands, stripsTabs, content }) => ({
      ...{ name, fileDescriptor, expands, stripsTabs },
      content: content.value,
    })),
    firstLine: positionAt(lineIndex, lines.start).line,
    lastLine: positionAt(lineIndex, lines.end - 1).line,
    ...(isWrong ? { error: true } : { instruction: describeInstruction(instruction) }),
  }

  function isInside(offset: number): boolean {
    return offset >= lines.start && offset < lines.end
  }

  /** BuildKit finds some mistakes only when it builds, or looks at the order of instructions. */
  function failsWhereItStands(code: string): boolean {
    if (code === 'instruction-before-from' || code === 'no-stage') return false
    return instruction.kind === 'run' || (code !== 'unterminated-quote' && code !== 'bad-substitution')
  }
}

function values(sources: readonly SourceString[]): readonly string[] {
  return sources.map(({ value }) => value)
}

function optional(source: SourceString | undefined): string {
  return source?.value ?? ''
}

/** The parts of an instruction that mean something. */
export function describeInstruction(instruction: Instruction): unknown {
  switch (instruction.kind) {
    case 'from': {
      const { base, stageName, platform } = instruction
      return { base: base.value, name: stageName ?? '', platform: optional(platform) }
    }
    case 'arg':
      return { declarations: instruction.declarations.map(({ name, value }) => [name.value, value?.value ?? null]) }
    case 'env':
    case 'label':
      return { pairs: instruction.pairs.map(describePair) }
    case 'run':
      return describeRun(instruction)
    case 'copy':
    case 'add':
      return describeCopy(instruction)
    case 'cmd':
    case 'entrypoint':
      return describeCommand(instruction.command)
    case 'shell':
      return { shell: values(instruction.shell) }
    case 'healthcheck':
      return {
        test: describeTest(instruction.command),
        interval: instruction.intervalNanoseconds,
        timeout: instruction.timeoutNanoseconds,
        startPeriod: instruction.startPeriodNanoseconds,
        startInterval: instruction.startIntervalNanoseconds,
        retries: instruction.retries,
      }
    case 'onbuild':
      return { expression: instruction.expression }
    case 'expose':
      return { ports: values(instruction.ports).toSorted((a, b) => (a < b ? -1 : 1)) }
    case 'volume':
      return { paths: values(instruction.paths) }
    case 'workdir':
      return { text: instruction.path.value }
    case 'user':
      return { text: instruction.user.value }
    case 'stopsignal':
      return { text: instruction.signal.value }
    case 'maintainer':
      return { text: instruction.maintainer.value }
    case 'invalid':
      return {}
  }
}

function describePair({ name, value, hasEqualsSign }: KeyValue): unknown {
  return [name.value, value.value, hasEqualsSign]
}

function describeCommand(command: CommandLine): { readonly arguments: readonly string[]; readonly isShell: boolean } {
  if (command.form === 'exec') return { arguments: values(command.arguments), isShell: false }
  return { arguments: command.text.value === '' ? [] : [command.text.value], isShell: true }
}

function describeTest(command: CommandLine | undefined): unknown {
  if (command === undefined) return ['NONE']
  const described = describeCommand(command)
  return [described.isShell ? 'CMD-SHELL' : 'CMD', ...described.arguments]
}

function describeCopy(instruction: CopyInstruction | AddInstruction): unknown {
  const { sources, destination, inlineFiles, chown, chmod, link, excludes } = instruction
  const shared = {
    sources: values(sources),
    destination: destination.value,
    files: inlineFiles.map(({ name, content, expands }) => ({ name, content: content.value, expands })),
    chown: optional(chown),
    chmod: optional(chmod),
    link,
    excludes: values(excludes),
  }
  if (instruction.kind === 'copy') return { ...shared, from: optional(instruction.from), parents: instruction.parents }
  const { checksum, keepGitDirectory, unpack } = instruction
  return { ...shared, checksum: optional(checksum), keepGitDirectory: keepGitDirectory ?? null, unpack: unpack ?? null }
}

function describeRun({ command, mounts, devices, network, security }: RunInstruction): unknown {
  return {
    command: describeCommand(command),
    mounts: mounts.map((mount) => ({
      type: mount.type,
      from: mount.from ?? '',
      source: mount.source ?? '',
      target: mount.target ?? '',
      isReadOnly: mount.isReadOnly,
      size: mount.sizeBytes ?? 0,
      id: mount.id ?? '',
      sharing: mount.sharing ?? '',
      isRequired: mount.isRequired,
      environmentVariable: mount.environmentVariable ?? null,
      mode: mount.mode ?? null,
      uid: mount.uid ?? null,
      gid: mount.gid ?? null,
    })),
    devices: devices.map(({ name, isRequired }) => ({ name, isRequired })),
    network,
    security,
  }
}
