import type { DockerfileDocument } from '../../document.ts'
import type { Instruction } from '../../instruction.ts'
import { quote } from '../../reading/report.ts'
import { rangeWithin, type SourceString } from '../../source-string.ts'
import type { TextRange } from '../../text-range.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, type BuiltStep } from '../facts/built-steps.ts'
import { isRoot } from '../facts/users.ts'
import type { Rule } from '../rule.ts'

/** `COPY a ~/`: the builder knows no home folder, and makes one that is called `~`. */
export const tildeNotExpanded: Rule = {
  name: 'TildeNotExpanded',
  category: 'mistake',
  severity: 'warning',
  summary: 'a path begins with a tilde, which only a shell replaces',
  check(file, report) {
    for (const built of builtSteps(file)) {
      if (built.stage.base.isWindows) continue
      for (const { path, tilde } of tildesOf(built.step.evaluated.instruction)) {
        report({
          message: `${quote(path)} is no path in a home folder here`,
          range: tilde,
          cost: 'Only a shell replaces the tilde; to the builder, and to programs, it is a name like any other.',
          hint: 'Write the whole path: /root for root, /home/NAME for others.',
          ...fixFor(file.document, built, tilde),
        })
      }
    }
  },
}

interface Tilde {
  readonly path: string
  /** The character alone. */
  readonly tilde: TextRange
}

/** The paths of an instruction that begin with a tilde. */
function tildesOf(instruction: Instruction): readonly Tilde[] {
  const { kind } = instruction
  if (kind === 'workdir') return tildeAt(instruction.path)
  if (kind === 'copy' || kind === 'add')
    return [...instruction.sources, instruction.destination].flatMap((path) => tildeAt(path))
  if (kind === 'volume') return instruction.paths.flatMap((path) => tildeAt(path))
  if (kind === 'run') {
    return instruction.mounts.flatMap(({ options }) =>
      options.flatMap(({ key, value }) =>
        ['target', 'dst', 'destination', 'source', 'src'].includes(key) && value !== undefined ? tildeAt(value) : [],
      ),
    )
  }
  if (kind !== 'env') return []
  return instruction.pairs.flatMap(({ name, value }) => (isPathList(name.value) ? tildesInList(value) : []))
}

/** `~` or `~/a`, in quotes or not. A file that is called `~a` is left alone. */
function tildeAt(path: SourceString): readonly Tilde[] {
  const found = /^["']?~(?=\/|["']?$)/.exec(path.value)
  return found === null ? [] : [{ path: path.value, tilde: tildeRange(path, found[0].length - 1) }]
}

/** `~/bin:$PATH` */
function tildesInList(value: SourceString): readonly Tilde[] {
  const found = /(?:^["']?|:)~(?=\/)/.exec(value.value)
  return found === null ? [] : [{ path: value.value, tilde: tildeRange(value, found.index + found[0].length - 1) }]
}

function tildeRange(source: SourceString, index: number): TextRange {
  return rangeWithin(source, index, index + 1)
}

/** Variables that programs take for paths. Some programs replace a tilde in others themselves. */
function isPathList(name: string): boolean {
  return /(?:^|_)(?:PATH|HOME|DIR|ROOT)$|^(?:GOPATH|GOBIN|PYTHONPATH|NODE_PATH|LD_LIBRARY_PATH)$/.test(name)
}

/** Where root works, its home folder is known. */
function fixFor({ text }: DockerfileDocument, { step }: BuiltStep, tilde: TextRange): ReturnType<typeof fixOf> {
  const isWritten = text.slice(tilde.start, tilde.end) === '~'
  const isHomeKnown = isRoot(step.user) === true
  return isWritten && isHomeKnown ? fixOf('write /root', 'unsafe', [{ range: tilde, newText: '/root' }]) : {}
}
