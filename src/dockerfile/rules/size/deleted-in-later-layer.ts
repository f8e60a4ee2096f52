import { joinRun } from '../edits/join-run.ts'
import { fixOf } from '../edits/replace-text.ts'
import { resolveWord } from '../facts/command-folders.ts'
import { isInContext } from '../facts/context-files.ts'
import { earlierFiles, type EarlierFiles } from '../facts/earlier-files.ts'
import { earlierPackages } from '../facts/earlier-packages.ts'
import { isSmallText, pathsTaken, type LayerFile } from '../facts/layer-files.ts'
import { isSecretFile, mayHoldSecret } from '../facts/secret-files.ts'
import { shippedLayers, type ShippedLayer } from '../facts/shipped-layers.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `RUN rm` of what an earlier instruction put there. */
export const deletedInLaterLayer: Rule = {
  name: 'DeletedInLaterLayer',
  category: 'size',
  severity: 'warning',
  summary: 'something is removed in a later layer than the one that added it',
  check(file, report) {
    const files = earlierFiles()
    const packages = earlierPackages()
    let before: ShippedLayer | undefined
    for (const layer of shippedLayers(file)) {
      const { step, commands } = layer
      if (step.evaluated.kind === 'run') {
        const found = [removedFile(file, layer, files), removedPackage(packages.next(commands))]
        for (const problem of step.isOwn ? found : []) {
          if (problem !== undefined) report({ ...problem, ...joinFix(file, before, layer, problem) })
        }
      }
      for (const each of layer.files) files.add(each)
      before = layer
    }
  },
}

interface Removal {
  readonly path: string
  readonly isMoved: boolean
  readonly range: FoundProblem['range']
  readonly file: LayerFile
}

/** The most telling one of all that a RUN removes. */
function removedFile(
  input: RuleInput,
  { commands, folders }: ShippedLayer,
  files: EarlierFiles,
): FoundProblem | undefined {
  const isOnlyCleaning = commands.every(({ program }) => cleaners.has(program))
  const removals = commands.flatMap((command, at): readonly Removal[] => {
    // What `find` takes away depends on its conditions.
    if (command.isConditional || command.program === 'find') return []
    const isMoved = command.program === 'mv'
    return pathsTaken(command).flatMap(({ path, word: { range } }) => {
      const resolved = resolveWord(folders[at], path)
      if (resolved === undefined) return []
      const file = files.take(resolved) ?? (isOnlyCleaning ? fileAround(input, files, resolved) : undefined)
      return file === undefined || isSecret(file) ? [] : [{ path, isMoved, range, file }]
    })
  })
  const weighty = removals.find(({ file }) => !isSmallText(file))
  const first = weighty ?? removals.find(({ isMoved }) => !isMoved)
  if (first === undefined) return undefined
  const { path, isMoved, range, file } = first
  return {
    message: `${cut(path)} is ${isMoved ? 'moved' : 'removed'} in a later layer than the one that added it`,
    range,
    cost: isMoved
      ? 'The image holds it twice, in both layers.'
      : 'The image holds it all the same, in the layer that added it, where anybody can find it.',
    hint: isMoved ? 'Put it where it belongs from the beginning.' : hints[file.kind],
    related: [{ message: 'added here', range: file.range }],
    ...(weighty === undefined ? { severity: 'information' } : {}),
  }
}

/** Programs of a RUN that makes nothing. */
const cleaners: ReadonlySet<string> = new Set([
  'rm',
  'find',
  'cd',
  'set',
  'echo',
  'true',
  'ls',
  'du',
  'sync',
  'rmdir',
  '',
])

/** A part of what an earlier COPY took, of which it is known or very likely that the COPY took it. */
function fileAround({ context }: RuleInput, files: EarlierFiles, path: string): LayerFile | undefined {
  const around = /[*?[$]/.test(path) ? undefined : files.around(path)
  if (around === undefined || !isProgramFolder(around.path)) return undefined
  if (around.kind !== 'context') return around.kind === 'stage' ? around : undefined
  const inside = path.slice(around.path.length + 1)
  const isThere = context === undefined ? undefined : isInContext(context, `${around.source}/${inside}`)
  // Without a context only that all of it was copied makes it likely.
  return (isThere ?? /^(?:\.?\/?|\*)$/.test(around.source)) ? around : undefined
}

/** Whether a folder is a program's own, in which a base image has nothing. */
function isProgramFolder(path: string): boolean {
  return (
    !/^\/(?:(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)(?:\/|$)|$)/.test(
      path,
    ) ||
    /^\/(?:(?:opt|srv|mnt|media|tmp|usr\/src|usr\/app|var\/app|var\/www|var\/task)(?:\/.+|(?<=app|www|task))|home\/[^/]+\/.+)$/.test(
      path,
    )
  )
}

const hints: Readonly<Record<LayerFile['kind'], string>> = {
  context:
    'Leave it out with .dockerignore, or mount it for the RUN that needs it: RUN --mount=type=bind,source=…,target=….',
  stage: 'Copy only what is needed, or mount it for the RUN that needs it: RUN --mount=type=bind,from=….',
  image: 'Copy only what is needed, or mount it for the RUN that needs it: RUN --mount=type=bind,from=….',
  inline: 'Mount what only the build needs: RUN --mount=type=bind,from=….',
  url: 'Fetch it in the RUN that needs it, and remove it there.',
  download: 'Remove it in the RUN that fetches it.',
  repository: 'Remove it in the RUN that fetches it, or do so in a stage of which only the result is copied.',
  modules: 'Install and remove them in one RUN, or in a stage of which only the result is copied.',
  unpacked: 'Remove it in the RUN that unpacks it, or do so in a stage of which only the result is copied.',
}

/** Secrets are a matter of safety, whatever their size. */
function isSecret({ kind, source, path }: LayerFile): boolean {
  return kind === 'context' && [source, path].some((each) => isSecretFile(each) || mayHoldSecret(each))
}

function removedPackage([first, ...others]: ReturnType<ReturnType<typeof earlierPackages>['next']>):
  FoundProblem | undefined {
  if (first === undefined) return undefined
  const one = others.length === 0 ? cut(first.name) : `${cut(first.name)} and ${others.length} more`
  const isSingle = others.length === 0 && !first.isPlural
  return {
    message: `${one} ${isSingle ? 'is' : 'are'} removed in a later layer than the one that installed ${isSingle ? 'it' : 'them'}`,
    range: first.range,
    cost: 'The image holds everything all the same, in the layer that installed it.',
    hint: 'Install, use and remove in one RUN, or build in a stage of which only the result is copied.',
    related: [{ message: 'installed here', range: first.installed }],
  }
}

/** Puts a RUN that only removes to the end of the RUN before it, if that is what added it. */
function joinFix(
  { document }: RuleInput,
  before: ShippedLayer | undefined,
  { step, commands }: ShippedLayer,
  { related }: FoundProblem,
): Pick<FoundProblem, 'fix'> {
  const adding = before?.step.evaluated
  const removing = step.evaluated
  if (adding?.kind !== 'run' || removing.kind !== 'run' || before?.step.isOwn !== true) return {}
  const { range } = adding.instruction
  const isAddedThere = related?.every((place) => place.range.start >= range.start && place.range.end <= range.end)
  if (isAddedThere !== true || commands.some(({ program, isNested }) => program !== 'rm' || isNested)) return {}
  const joined = joinRun(
    document,
    { instruction: adding.instruction, commands: before.commands },
    { instruction: removing.instruction, commands },
  )
  return joined === undefined ? {} : fixOf('remove it in the RUN that adds it', 'safe', joined)
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
