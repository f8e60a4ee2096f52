import type { EvaluatedCopy } from '../../evaluated.ts'
import type { TextRange } from '../../text-range.ts'
import { resolveWord } from '../facts/command-folders.ts'
import { contextPath } from '../facts/context-files.ts'
import { isSmallText } from '../facts/layer-files.ts'
import { isRemoteSource } from '../facts/remote-source.ts'
import { shippedSteps } from '../facts/shipped-steps.ts'
import type { Step } from '../facts/stage-facts.ts'
import type { Rule } from '../rule.ts'

/** The same source in two COPY or ADD instructions of the image that is shipped. */
export const copiedTwice: Rule = {
  name: 'CopiedTwice',
  category: 'size',
  severity: 'warning',
  summary: 'the same files are copied into the image twice',
  check(file, report) {
    const known = new Map<string, CopiedSource>()
    for (const step of shippedSteps(file)) {
      const { evaluated, isOwn } = step
      if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') continue
      for (const source of sourcesOf(evaluated, step)) {
        const before = known.get(source.key)
        known.set(source.key, source)
        if (before === undefined || !isOwn) continue
        const isSamePlace = before.place === source.place
        report({
          message: isSamePlace
            ? `${source.name} is copied to the same place again`
            : `${source.name} is copied a second time`,
          range: source.range,
          cost: 'Each COPY makes a layer of its own, and the files are stored in both.',
          hint: isSamePlace
            ? 'Copy it once, as late as it is needed.'
            : 'Copy it once, and make a link to it where another path is needed: ln -s.',
          related: [{ message: 'copied here before', range: before.range }],
        })
      }
    }
  },
}

interface CopiedSource {
  /** What tells it from all others: where it comes from, its path, and what is left out of it. */
  readonly key: string
  readonly name: string
  readonly place: string | undefined
  readonly range: TextRange
}

/** What is worth a word: all that comes from stages and images, and folders and archives of the context. */
function sourcesOf(copy: EvaluatedCopy, { workingDirectory }: Step): readonly CopiedSource[] {
  const { fileSource, instruction } = copy
  const from =
    fileSource === undefined
      ? 'context'
      : fileSource.kind === 'stage'
        ? `stage ${fileSource.index}`
        : fileSource.kind === 'image'
          ? `image ${fileSource.reference}`
          : undefined
  if (from === undefined) return []
  const excludes = instruction.excludes.map(({ value }) => value).join(' ')
  return copy.sources.flatMap((source, index) => {
    const range = instruction.sources[index]?.range
    const isContext = fileSource === undefined && !isRemoteSource(source)
    const path = isContext || fileSource !== undefined ? contextPath(source) : source
    const kind = isContext ? 'context' : 'stage'
    if (range === undefined || isSmallText({ path, kind, range, source, isFile: false })) return []
    // A pattern may be meant for different files, as `package*.json` is; a name without an extension may be a small file.
    if (isContext && (/[*?[]/.test(path) || !(path === '' || source.endsWith('/') || isArchiveOrProgram(path))))
      return []
    const name = source.length > 60 ? `${source.slice(0, 60)}…` : source
    const place = resolveWord(workingDirectory, copy.destination)
    return [{ key: JSON.stringify([from, path, excludes]), name, place, range }]
  })
}

function isArchiveOrProgram(path: string): boolean {
  return /\.(?:tar|t?gz|tgz|xz|zip|jar|war|ear|whl|deb|rpm|apk|so|bin|exe|phar|onnx|pt|pth|safetensors|db|sqlite)$/i.test(
    path,
  )
}
