import { positionOf } from '../../std/source-excerpt.ts'
import { fieldValue, parseDeb822, type Stanza } from '../deb822.ts'
import { isNo, isYes } from './apt-configuration.ts'
import type { SourceFile } from './one-line-sources.ts'
import type { SourceEntry } from './source-entry.ts'

/** Reads the style of `.sources` files: a paragraph with Types, URIs, Suites and Components for each source. */
export function parseDeb822Sources(text: string, path: string): SourceFile {
  const { stanzas, problems } = parseDeb822(text, { comments: true })
  const placeOf = (offset: number): string => `${path}, line ${positionOf(text, offset).line}`
  return {
    entries: stanzas.flatMap((stanza) => entryOf(stanza, placeOf(stanza.range.start)) ?? []),
    problems: problems.map(({ message, range }) => `${placeOf(range.start)}: ${message}`),
  }
}

function entryOf(stanza: Stanza, place: string): SourceEntry | undefined {
  const value = (name: string): string => fieldValue(stanza, name) ?? ''
  const words = (name: string): readonly string[] =>
    value(name)
      .split(/[\s]+/)
      .filter((word) => word !== '')
  if (isNo(fieldValue(stanza, 'enabled')) || !words('types').includes('deb')) return undefined
  const key = keyInText(value('signed-by'))
  return {
    place,
    uris: words('uris'),
    suites: words('suites'),
    components: words('components'),
    architectures: words('architectures'),
    signedBy:
      key === undefined
        ? value('signed-by')
            .split(/[\s,]+/)
            .filter((word) => word !== '')
        : [key],
    isTrusted: isYes(fieldValue(stanza, 'trusted')),
    isValidUntilChecked: !isNo(fieldValue(stanza, 'check-valid-until')),
  }
}

/** A key may stand in the field itself: each line begins with a blank, and an empty one is a dot. */
function keyInText(value: string): string | undefined {
  if (!value.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) return undefined
  return value
    .split('\n')
    .map((line) => line.trim())
    .map((line) => (line === '.' ? '' : line))
    .join('\n')
    .trim()
}
