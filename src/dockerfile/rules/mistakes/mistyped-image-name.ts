import type { DockerfileDocument } from '../../document.ts'
import type { TextRange } from '../../text-range.ts'
import { fixOf } from '../edits/replace-text.ts'
import { familiarName, splitImageName } from '../facts/image-name.ts'
import { officialImages, tagWords } from '../facts/official-images.ts'
import { namedSources } from '../facts/named-sources.ts'
import { isSlipOf, slipFinder } from '../facts/typing-slips.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** `FROM pyhton:3.13-slim`, `FROM node:22-apline` */
export const mistypedImageName: Rule = {
  name: 'MistypedImageName',
  category: 'mistake',
  severity: 'error',
  summary: 'the name or the tag of an image has a typing slip in it',
  check(file, report) {
    for (const { reference, range, names } of namedSources(file)) {
      const found = reference === undefined ? undefined : slipIn(reference)
      if (reference === undefined || found === undefined) continue
      // The name of a stage may be meant as well, of which MistypedStageName speaks.
      if (names.size > namesMax || [...names].some((name) => isSlipOf(reference, name))) continue
      report(describe(file.document, range, reference, found))
    }
  },
}

/** Comparing every name with every other would take forever. */
const namesMax = 200

const imageSlips = slipFinder([...officialImages], officialImages)
const tagSlips = slipFinder([...tagWords], tagWords)

interface Slip {
  readonly written: string
  readonly meant: string
  readonly kind: 'image' | 'tag'
}

function slipIn(reference: string): Slip | undefined {
  const name = splitImageName(reference)
  const familiar = familiarName(name)
  if (name.digest !== undefined || familiar.includes('/')) return undefined
  const image = imageSlips.find(familiar)
  if (image !== undefined) return { written: familiar, meant: image, kind: 'image' }
  if (!officialImages.has(familiar)) return undefined
  for (const word of name.tag?.split('-') ?? []) {
    const [text = ''] = /^[a-z]+/.exec(word) ?? []
    const meant = text.length > 3 ? tagSlips.find(text) : undefined
    if (meant !== undefined) return { written: text, meant, kind: 'tag' }
  }
  return undefined
}

function describe(
  { text }: DockerfileDocument,
  range: TextRange,
  reference: string,
  { written, meant, kind }: Slip,
): FoundProblem {
  const source = text.slice(range.start, range.end)
  const at = source === reference ? source.indexOf(written, kind === 'tag' ? source.indexOf(':') : 0) : -1
  const slip = { start: range.start + at, end: range.start + at + written.length }
  return {
    message: `${kind === 'image' ? 'the image' : 'the tag word'} ${written} looks like a slip of ${meant}`,
    range: at === -1 ? range : slip,
    cost:
      kind === 'image'
        ? 'Docker Hub has no such image among the official ones, and others have a slash in their names.'
        : 'There is no such tag, so the image cannot be pulled.',
    hint: `Did you mean ${meant}?`,
    ...(at === -1 ? {} : fixOf(`write ${meant}`, 'unsafe', [{ range: slip, newText: meant }])),
  }
}
