import type { FileEntry } from '../../filetree/file-entry.ts'
import { printable } from '../../std/printable.ts'
import { padStart } from '../../std/text-width.ts'

const kindLetters = {
  file: '-',
  directory: 'd',
  'symbolic-link': 'l',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
} as const satisfies Record<FileEntry['kind'], string>

/** Lines as `ls -ln` prints them, with the full path: mode, owner, group, size or device numbers, time, path, link target. */
export function* listingLines(entries: Iterable<FileEntry>): Generator<string> {
  for (const entry of entries) {
    const isDevice = entry.kind === 'character-device' || entry.kind === 'block-device'
    const size = isDevice ? `${entry.deviceMajor}, ${entry.deviceMinor}` : String(entry.sizeBytes)
    const target = entry.kind === 'symbolic-link' ? ` -> ${printable(entry.linkTarget)}` : ''
    const owner = `${padStart(String(entry.uid), 5)} ${padStart(String(entry.gid), 5)}`
    yield `${modeText(entry)} ${owner} ${padStart(size, 10)} ${timeText(entry)} ${printable(entry.path)}${target}\n`
  }
}

/** One entry for programs. `mode` is octal text, such as `0755`. */
export function listingToJson(entry: FileEntry) {
  return {
    path: entry.path,
    kind: entry.kind,
    mode: entry.mode.toString(8).padStart(4, '0'),
    uid: entry.uid,
    gid: entry.gid,
    size: entry.sizeBytes,
    modified: validDate(entry)?.toISOString() ?? null,
    linkTarget: entry.kind === 'symbolic-link' ? entry.linkTarget : null,
    digest: entry.digest ?? null,
    layer: entry.layer,
  }
}

/** `-rwxr-sr-t`: the letters of ls(1). */
export function modeText({ kind, mode }: Pick<FileEntry, 'kind' | 'mode'>): string {
  const triple = (shift: number, special: boolean, letter: string): string => {
    const bits = mode >> shift
    const execute = (bits & 1) === 1
    const last = special ? (execute ? letter : letter.toUpperCase()) : execute ? 'x' : '-'
    return `${(bits & 4) === 4 ? 'r' : '-'}${(bits & 2) === 2 ? 'w' : '-'}${last}`
  }
  return [
    kindLetters[kind],
    triple(6, (mode & 0o4000) !== 0, 's'),
    triple(3, (mode & 0o2000) !== 0, 's'),
    triple(0, (mode & 0o1000) !== 0, 't'),
  ].join('')
}

/** `2024-05-01 12:00`, in UTC, so that the listing is the same everywhere. */
function timeText(entry: FileEntry): string {
  const date = validDate(entry)
  return date === undefined ? '                ' : date.toISOString().slice(0, 16).replace('T', ' ')
}

/** A layer may give any second; not all are dates that can be written in four digits of a year. */
function validDate({ modified }: FileEntry): Date | undefined {
  const date = new Date(modified.seconds * 1000)
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999 ? date : undefined
}
