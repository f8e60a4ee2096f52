import { posix } from 'node:path'
import { appendCommand } from '../edits/append-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { resolveWord } from '../facts/command-folders.ts'
import { earlierFiles, type EarlierFiles } from '../facts/earlier-files.ts'
import { pathsTaken, type LayerFile } from '../facts/layer-files.ts'
import { shippedLayers, type ShippedLayer } from '../facts/shipped-layers.ts'
import type { Step } from '../facts/stage-facts.ts'
import { isArchive, unpackedArchives } from '../facts/unpacked-archives.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `wget x.tar.gz && tar -xf x.tar.gz` without `rm x.tar.gz`, and archives that COPY and ADD bring for it. */
export const archiveKept: Rule = {
  name: 'ArchiveKept',
  category: 'size',
  severity: 'warning',
  summary: 'an archive stays in the image beside what was unpacked from it',
  check(file, report) {
    const archives = earlierFiles()
    const found: Kept[] = []
    for (const layer of shippedLayers(file)) {
      const { step } = layer
      const isRun = step.evaluated.kind === 'run'
      for (const each of layer.files) if (isRun ? each.isFile : staysPacked(each, step)) archives.add(each)
      if (step.isOwn) found.push(...unpackedBy(layer, archives))
      forgetRemoved(layer, archives)
    }
    // What a later step removes is another rule's.
    const told = new Set<LayerFile>()
    for (const each of found) {
      const { archive } = each
      if (told.has(archive) || archives.find(archive.path) !== archive) continue
      told.add(archive)
      report(problemOf(file, each))
    }
  },
}

/** An archive, and the command that unpacks it. */
interface Kept {
  readonly archive: LayerFile
  readonly step: Step
  readonly word: { readonly value: string; readonly range: FoundProblem['range'] }
  /** Whether a command at the end of the RUN could remove it by the same name. */
  readonly isRemovable: boolean
}

/** ADD unpacks archives of the context by itself, those of tar. */
function staysPacked({ path, kind, source }: LayerFile, { evaluated: { instruction } }: Step): boolean {
  const isUnpacked =
    instruction.kind === 'add' &&
    instruction.unpack !== false &&
    (kind === 'context' || instruction.unpack === true) &&
    /\.(?:tar|tar\.\w+|tgz|tbz2?|txz)$/i.test(source)
  return isArchive(path) && !isUnpacked
}

function unpackedBy({ step, commands, folders }: ShippedLayer, archives: EarlierFiles): readonly Kept[] {
  return commands.flatMap((command, at) =>
    unpackedArchives(command).flatMap((word): readonly Kept[] => {
      const path = resolveWord(folders[at], word.value)
      const archive = path === undefined ? undefined : archiveAt(archives, path)
      if (archive === undefined) return []
      const isSteady =
        word.value.startsWith('/') || commands.every(({ program }) => !/^(?:cd|pushd|popd)$/.test(program))
      const isPlain = !command.isConditional && command.wrappers.length === 0 && /^[\w./@%+=:${}-]+$/.test(word.value)
      return [{ archive, step, word, isRemovable: isSteady && isPlain }]
    }),
  )
}

/** An archive by its path, or by a pattern in its folder. */
function archiveAt(archives: EarlierFiles, path: string): LayerFile | undefined {
  if (!path.includes('*')) {
    const found = archives.find(path)
    return found?.path === path ? found : undefined
  }
  const found = archives.find(posix.dirname(path))
  const [start = '', end = ''] = path.split(/\*+/)
  return found?.path.startsWith(start) === true && found.path.endsWith(end) ? found : undefined
}

/** What a RUN removes is not kept, whether it removes it in the same layer or only hides it. */
function forgetRemoved({ commands, folders }: ShippedLayer, archives: EarlierFiles): void {
  for (const [at, command] of commands.entries()) {
    for (const { path } of pathsTaken(command)) {
      const resolved = resolveWord(folders[at], path)
      if (resolved !== undefined) archives.take(resolved)
    }
  }
}

function problemOf({ document }: RuleInput, { archive, step, word, isRemovable }: Kept): FoundProblem {
  const { instruction } = step.evaluated
  const { range } = archive
  const isSameRun = range.start >= instruction.range.start && range.end <= instruction.range.end
  const name = posix.basename(archive.path)
  const title = `add rm ${word.value}`
  const isTemporary = /^\/(?:var\/)?tmp\//.test(archive.path)
  return {
    message: `${name.length > 60 ? `${name.slice(0, 60)}…` : name} stays in the image, besides what comes out of it`,
    range: word.range,
    cost: 'What is packed is in the image twice, as an archive and as files.',
    hint: isSameRun ? `Remove it in this RUN, or pipe it: curl -fsSL … | tar -xz.` : hints[archive.kind],
    related: [{ message: isSameRun ? 'fetched here' : 'added here', range }],
    ...(isSameRun && isRemovable && instruction.kind === 'run'
      ? fixOf(title, isTemporary ? 'safe' : 'unsafe', [appendCommand(document, instruction, `rm ${word.value}`)])
      : {}),
  }
}

const mount = 'Mount it for the RUN that unpacks it: RUN --mount=type=bind,source=…,target=….'

const hints: Readonly<Record<LayerFile['kind'], string>> = {
  context: mount,
  stage: 'Mount it for the RUN that unpacks it: RUN --mount=type=bind,from=…,source=…,target=….',
  image: 'Mount it for the RUN that unpacks it: RUN --mount=type=bind,from=…,source=…,target=….',
  inline: mount,
  url: 'Let ADD --unpack unpack it, or fetch, unpack and remove it in one RUN.',
  download: 'Fetch, unpack and remove it in one RUN.',
  repository: 'Fetch, unpack and remove it in one RUN.',
  modules: 'Fetch, unpack and remove it in one RUN.',
  unpacked: 'Fetch, unpack and remove it in one RUN.',
}
