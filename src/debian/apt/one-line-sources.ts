import { isNo, isYes } from './apt-configuration.ts'
import type { SourceEntry } from './source-entry.ts'

/** What a file with sources holds, and what in it could not be read. */
export interface SourceFile {
  readonly entries: readonly SourceEntry[]
  /** One line each, with the place. */
  readonly problems: readonly string[]
}

/** Reads the one-line style of `sources.list`: `deb [arch=amd64] http://mirror.example.com/debian bookworm main`. */
export function parseOneLineSources(text: string, path: string): SourceFile {
  const entries: SourceEntry[] = []
  const problems: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const plain = line.replace(/#.*$/, '').trim()
    if (plain === '' || /^deb-src\s/.test(plain)) continue
    const place = `${path}, line ${index + 1}`
    const entry = parseLine(plain, place)
    if (entry === undefined) problems.push(`${place} is no source of packages`)
    else entries.push(entry)
  }
  return { entries, problems }
}

function parseLine(line: string, place: string): SourceEntry | undefined {
  const match = /^deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)(?:\s+(.*))?$/.exec(line)
  const [, optionText = '', uri, suite, components = ''] = match ?? []
  if (uri === undefined || suite === undefined) return undefined
  const options = new Map<string, string>()
  for (const [, name = '', value = ''] of optionText.matchAll(/(\S+?)=(\S*)/g)) options.set(name.toLowerCase(), value)
  const list = (name: string): readonly string[] => (options.get(name) ?? '').split(',').filter((part) => part !== '')
  return {
    place,
    uris: [uri],
    suites: [suite],
    components: components.split(/\s+/).filter((part) => part !== ''),
    architectures: list('arch'),
    signedBy: list('signed-by'),
    isTrusted: isYes(options.get('trusted')),
    isValidUntilChecked: !isNo(options.get('check-valid-until')),
  }
}
