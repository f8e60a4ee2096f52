import { fixOf } from '../edits/replace-text.ts'
import { moveToCopies } from '../edits/move-to-copies.ts'
import { isMountedAway } from '../facts/cleared-folders.ts'
import { resolveWord } from '../facts/command-folders.ts'
import { earlierFiles, type EarlierFiles } from '../facts/earlier-files.ts'
import { isSmallText, type LayerFile } from '../facts/layer-files.ts'
import { metadataChange, type MetadataChange } from '../facts/metadata-changes.ts'
import { shippedLayers, type ShippedLayer } from '../facts/shipped-layers.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `RUN chown -R` of what an earlier instruction put there. */
export const metadataDoublesFiles: Rule = {
  name: 'MetadataDoublesFiles',
  category: 'size',
  severity: 'warning',
  summary: 'a change of owner, mode or time stores files a second time',
  check(file, report) {
    const files = earlierFiles()
    const layers = shippedLayers(file)
    for (const [at, layer] of layers.entries()) {
      const { step } = layer
      const found = step.isOwn ? doubled(layer, files) : undefined
      if (found !== undefined) report({ ...problemOf(found), ...fixFor(file, found, layers, at) })
      for (const each of layer.files) if (!isSmallText(each)) files.add(each)
    }
  },
}

/** What a RUN stores a second time. */
interface Doubled {
  readonly change: MetadataChange
  readonly program: string
  /** As it is written, and where that is. */
  readonly written: string
  readonly path: string
  readonly range: FoundProblem['range']
  readonly file: LayerFile
  /** Whether only a part of what was copied is changed, which may be small. */
  readonly isPart: boolean
}

function doubled({ step, commands, folders }: ShippedLayer, files: EarlierFiles): Doubled | undefined {
  const mounts = step.evaluated.kind === 'run' ? step.evaluated.mounts : []
  const found = commands.flatMap((command, at): readonly Doubled[] => {
    const change = command.isConditional ? undefined : metadataChange(command)
    if (change === undefined) return []
    return change.paths.flatMap(({ value, range }) => {
      const path = resolveWord(folders[at], value.replace(/\/\*$/, ''))
      const file = path === undefined || isMountedAway(mounts, path) ? undefined : fileAt(files, path, change)
      if (path === undefined || file === undefined) return []
      const from = (command.programWord ?? command).range.start
      const isPart = file.path !== path && path.startsWith(`${file.path}/`)
      const place = { start: from, end: Math.max(from, range.end) }
      return [{ change, program: command.program, written: value, path, range: place, file, isPart }]
    })
  })
  return found.find(({ isPart }) => !isPart) ?? found[0]
}

/** Folders that programs write to, and that are empty in the beginning. */
const emptyFolders = /(?:^|\/)(?:tmp|logs?|storage|cache|data|var|run|db|media|uploads?|sessions?|pids?)$/

function fileAt(files: EarlierFiles, path: string, change: MetadataChange): LayerFile | undefined {
  if (/[*?[$]/.test(path)) return undefined
  const file = files.find(path)
  if (change.isRecursive) return file ?? (emptyFolders.test(path) ? undefined : partOf(files, path))
  if (file?.path !== path) return undefined
  // `chmod +x` is for files, also where the name does not tell.
  const isFile = file.isFile || /\.[A-Za-z0-9]+$/.test(path) || /^[ugoa]*\+[rwx]*x/.test(change.value ?? '')
  const isProgram = file.kind !== 'context' || /\.(?:jar|war|ear|zip|t?gz|whl|deb|so|bin|exe|run)$/.test(file.source)
  return isFile && isProgram ? file : undefined
}

function partOf(files: EarlierFiles, path: string): LayerFile | undefined {
  const around = files.around(path)
  return around?.kind === 'context' || around?.kind === 'stage' ? around : undefined
}

function problemOf({ change, program, written, range, file, isPart }: Doubled): FoundProblem {
  const name = written.length > 60 ? `${written.slice(0, 60)}…` : written
  return {
    message: `${program} stores ${change.isRecursive ? `everything in ${name}` : name} a second time`,
    range,
    cost: `A layer holds whole files: what gets another ${change.what} is in the image twice.`,
    hint: hintFor(change, file),
    related: [{ message: 'added here', range: file.range }],
    ...(isPart ? { severity: 'information' } : {}),
  }
}

function hintFor({ what, value }: MetadataChange, { kind }: LayerFile): string {
  if (what === 'time') return 'Leave it out: files keep the times that they had.'
  const isCopied = kind !== 'download' && kind !== 'repository' && kind !== 'modules' && kind !== 'unpacked'
  if (!isCopied) {
    return what === 'owner'
      ? 'Do it in the RUN that makes the files, or make them as that user, with USER before it.'
      : 'Do it in the RUN that makes the files.'
  }
  const keyword = kind === 'url' ? 'ADD' : 'COPY'
  if (what === 'owner') return `Give the owner where the files come in: ${keyword} --chown=${value ?? 'user:group'}.`
  return value !== undefined && /^[0-7]+$/.test(value)
    ? `Give the mode where the files come in: ${keyword} --chmod=${value}.`
    : `Give the mode where the files come in, with ${keyword} --chmod, or before they are copied.`
}

/** The flag for the COPYs that stand directly before, where nothing else is changed. */
function fixFor(
  { document }: RuleInput,
  { change, path, file, isPart }: Doubled,
  layers: readonly ShippedLayer[],
  at: number,
): Pick<FoundProblem, 'fix'> {
  const { step, commands } = layers[at] ?? {}
  const instruction = step?.evaluated.instruction
  if (instruction?.kind !== 'run' || isPart || commands?.length !== 1 || change.paths.length !== 1) return {}
  const edits = moveToCopies(document, instruction, layers, at, path, change)
  if (edits === undefined) return {}
  const flag = change.what === 'owner' ? '--chown' : '--chmod'
  // A file from the network has no mode of its own, and there is nothing else at its path.
  const isSafe = change.what === 'mode' && file.kind === 'url' && !change.isRecursive
  return fixOf(`use ${flag} instead`, isSafe ? 'safe' : 'unsafe', edits)
}
