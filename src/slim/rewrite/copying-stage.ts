import type { EvaluatedCopy, EvaluatedInstruction, EvaluatedStage } from '../../dockerfile/evaluated.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { RewriteInput } from '../rewrite-input.ts'
import type { SlimUser } from './slim-user.ts'
import { mustBeOwned } from './path-node.ts'
import { canBeTolerated } from './tolerance.ts'

const harmlessKinds: ReadonlySet<string> = new Set([
  ...[
    'arg',
    'env',
    'label',
    'copy',
    'expose',
    'volume',
    'workdir',
    'user',
    'stopsignal',
    'cmd',
    'entrypoint',
    'healthcheck',
  ],
])

/** So much of what a stage copies may stay although nothing uses it. */
const toleratedBytesMax = 64 * 1024

/** A last stage that begins with an image and only copies: it can begin with less, and all else in it stays as it is. */
export interface CopyingStage {
  readonly evaluated: EvaluatedStage
  /** What it copies itself. */
  readonly own: Pick<FileTree, 'get'>
}

/** Whether the target is such a stage, and whether what it copies is kept. */
export function copyingStage(input: RewriteInput, owner: SlimUser): CopyingStage | undefined {
  const { evaluated, tree, ledger, baseLayers, base, config } = input
  const { target, document } = evaluated
  if (target === undefined || baseLayers === undefined || base !== undefined) return undefined
  // The exec form of ENTRYPOINT would get a CMD that its shell form did not look at.
  if (input.launch.command === undefined && (config.Cmd ?? []).length > 0) return undefined
  const { stage, instructions } = target
  const isLast = stage.index === document.stages.length - 1
  if (!isLast || target.base.kind !== 'image' || document.stages.length === 1 || (config.Shell ?? []).length > 0)
    return undefined
  if (!instructions.every((each) => each.origin === 'stage' && isPlain(each, target, tree))) return undefined
  const verdicts = new Map(ledger.verdicts.map((verdict) => [verdict.path, verdict]))
  const writable = new Set(input.writablePaths)
  let toleratedBytes = 0
  for (const entry of tree.entries()) {
    if (entry.layer < baseLayers) continue
    const verdict = verdicts.get(entry.path)
    if (verdict?.isKept === true) {
      const isPrivileged = entry.kind === 'file' && (entry.mode & 0o6000) !== 0
      if (isPrivileged || mustBeOwned(entry, { owner }, writable)) return undefined
    } else if (entry.kind !== 'directory') {
      if (!canBeTolerated(entry, verdict)) return undefined
      toleratedBytes += entry.sizeBytes
    }
  }
  if (toleratedBytes > toleratedBytesMax) return undefined
  const get = (path: string): ReturnType<FileTree['get']> => {
    const entry = tree.get(path)
    return entry !== undefined && entry.layer >= baseLayers ? entry : undefined
  }
  return { evaluated: target, own: { get } }
}

/** Whether an instruction does the same without the files of the base image. */
function isPlain(each: EvaluatedInstruction, { instructions }: EvaluatedStage, tree: FileTree): boolean {
  if (!harmlessKinds.has(each.kind) || !namesOwnVariables(each, instructions)) return false
  if (each.kind !== 'copy') return true
  const { destination } = each
  const isNumeric = each.chown === undefined || /^\d+(?::\d+)?$/.test(each.chown)
  const path = destination.startsWith('/') ? destination : `${workdirBefore(each, instructions)}/${destination}`
  return isNumeric && isReal(path, tree)
}

/** Whether all variables have values of the stage itself. */
function namesOwnVariables(
  { variables }: EvaluatedInstruction,
  instructions: readonly EvaluatedInstruction[],
): boolean {
  if (variables.length === 0) return true
  const own = new Set<string>()
  for (const each of instructions) {
    const settings = each.kind === 'env' ? each.pairs : each.kind === 'arg' ? each.declarations : []
    for (const { name } of settings) own.add(name)
  }
  return variables.every(({ name }) => own.has(name) && name !== 'PATH')
}

function workdirBefore(copy: EvaluatedCopy, instructions: readonly EvaluatedInstruction[]): string {
  const before = instructions.slice(0, instructions.indexOf(copy))
  const found = before.findLast((each) => each.kind === 'workdir')
  return found?.kind === 'workdir' && found.value.startsWith('/') ? found.value : '/'
}

/** Whether no link of the base image is on the way to a path. */
function isReal(path: string, tree: FileTree): boolean {
  let at = ''
  for (const name of path.split('/').filter((each) => each !== '' && each !== '.')) {
    at = `${at}/${name}`
    if (name === '..' || tree.get(at)?.kind === 'symbolic-link') return false
  }
  return true
}
