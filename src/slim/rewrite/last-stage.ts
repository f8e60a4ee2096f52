import type { EvaluatedInstruction, EvaluatedStage } from '../../dockerfile/evaluated.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { RewriteInput } from '../rewrite-input.ts'
import { copyFate } from './copy-fate.ts'
import type { LineFate } from './line-fate.ts'
import type { SlimUser } from './slim-user.ts'
import { stageFiles, type StageFiles } from './stage-files.ts'

/**
 * A last stage that goes on as the final one, and begins with less: its lines from some point on do the same upon nothing. What is above that
 * point stays in a stage of its own, from which is copied what is used of it.
 */
export interface LastStage {
  readonly evaluated: EvaluatedStage
  /** How many of its instructions are above that point. */
  readonly cut: number
  /** Of the others. */
  readonly fates: ReadonlyMap<EvaluatedInstruction, LineFate>
  /** What the others bring, and what the final stage begins with. */
  readonly own: Pick<FileTree, 'get'>
}

/** What makes no files, and says nothing that lines of the same stage read as a shell does. */
const harmlessKinds: ReadonlySet<string> = new Set([
  ...['arg', 'env', 'label', 'expose', 'volume', 'user', 'stopsignal', 'cmd', 'entrypoint', 'healthcheck'],
])

/** Where the target's last lines can go on as the final stage; undefined where they bring nothing, or nobody knows. */
export function lastStage(input: RewriteInput, owner: SlimUser): LastStage | undefined {
  const { evaluated, base, config } = input
  const { target, document } = evaluated
  if (target === undefined || document.stages.length === 1) return undefined
  const isOwnBase = target.base.kind === 'image' && target.base.reference === base?.reference
  if (base !== undefined && !isOwnBase) return undefined
  // The exec form of ENTRYPOINT would get a CMD that its shell form did not look at.
  if (input.launch.command === undefined && (config.Cmd ?? []).length > 0) return undefined
  if (target.stage.index !== document.stages.length - 1 || (config.Shell ?? []).length > 0) return undefined
  if (!target.instructions.every(({ origin }) => origin === 'stage')) return undefined
  const files = stageFiles(input)
  if (files === undefined) return undefined
  const fates = new Map<EvaluatedInstruction, LineFate>()
  let cut = 0
  for (const [index, each] of target.instructions.entries()) {
    const fate = fateOf(index, target, files, input, owner)
    if (fate === 'above') cut = index + 1
    else if (fate !== 'stays') fates.set(each, fate)
  }
  cut = afterForeignVariables(target.instructions, cut)
  const below = target.instructions.slice(cut)
  // There is nothing to copy from where the stage begins with nothing, and no need where it begins with what it did.
  if ((target.base.kind === 'scratch' || isOwnBase) && cut > 0) return undefined
  const brings = (each: EvaluatedInstruction): boolean =>
    (each.kind === 'copy' || each.kind === 'add') && fates.get(each) !== 'left-out'
  if (!below.some(brings)) return undefined
  const layers = new Set(below.flatMap((each, index) => (fates.get(each) === 'left-out' ? [] : layerAt(cut + index))))
  return { evaluated: target, cut, fates, own: { get: ownEntry } }

  function layerAt(index: number): readonly number[] {
    const layer = files?.layers[index]
    return layer === undefined ? [] : [layer]
  }

  function ownEntry(path: string): ReturnType<FileTree['get']> {
    const entry = input.tree.get(path)
    return entry !== undefined && layers.has(entry.layer) ? entry : base?.tree.get(path)
  }
}

/** `above`: it, and all before it, has to be done as before. */
function fateOf(
  index: number,
  { instructions }: EvaluatedStage,
  files: StageFiles,
  input: RewriteInput,
  owner: SlimUser,
): LineFate | 'stays' | 'above' {
  const each = instructions[index]
  const layer = files.layers[index]
  if (each === undefined) return 'above'
  if (each.kind === 'run') return layer === undefined || !files.isUsed(layer) ? 'left-out' : 'above'
  // Only the last user gets a number, and WORKDIR makes a folder of whom there is.
  if (
    each.kind === 'user' &&
    !/^\d/.test(each.value) &&
    instructions.slice(index + 1).some(({ kind }) => kind === 'user')
  )
    return 'above'
  if (each.kind === 'workdir') return isReal(absolutePath(each.value, index, instructions), files) ? 'stays' : 'above'
  if (each.kind !== 'copy' && each.kind !== 'add') return harmlessKinds.has(each.kind) ? 'stays' : 'above'
  const destination = absolutePath(each.destination, index, instructions)
  if (!isReal(destination, files)) return 'above'
  return layer === undefined ? 'left-out' : copyFate(each, { destination, layer }, files, input, owner)
}

/** Lines use variables that are set above: then those lines are above that point, too. */
function afterForeignVariables(instructions: readonly EvaluatedInstruction[], first: number): number {
  let cut = first
  const own = new Set<string>()
  for (let index = cut; index < instructions.length; index += 1) {
    const each = instructions[index]
    if (each === undefined) break
    if (each.variables.some(({ name }) => !own.has(name) || name === 'PATH')) {
      cut = index + 1
      own.clear()
      continue
    }
    const settings = each.kind === 'env' ? each.pairs : each.kind === 'arg' ? each.declarations : []
    for (const { name } of settings) own.add(name)
  }
  return cut
}

function absolutePath(path: string, index: number, instructions: readonly EvaluatedInstruction[]): string {
  if (path.startsWith('/')) return path
  const before = instructions.slice(0, index).findLastIndex(({ kind }) => kind === 'workdir')
  const found = instructions[before]
  const folder = found?.kind === 'workdir' ? absolutePath(found.value, before, instructions) : undefined
  // The working directory of the image that it begins with is not known here.
  return folder === undefined ? '..' : `${folder}/${path}`
}

/** Whether a path leads where it says: nothing on the way is a link of what the stage begins with. */
function isReal(path: string, { below }: StageFiles): boolean {
  let at = ''
  for (const name of path.split('/').filter((each) => each !== '' && each !== '.')) {
    at = `${at}/${name}`
    if (name === '..' || below.get(at)?.kind === 'symbolic-link') return false
  }
  return true
}
