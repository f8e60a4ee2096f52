import { encodePathText } from '../../std/path-text.ts'
import type { FileTime } from '../tar-entry.ts'

/** PAX records by keyword, before they are put in order. */
export type PaxFields = Map<string, Uint8Array>

/**
 * The records in order of their keywords: POSIX.1-2017 pax, "pax Extended Header".
 */
export function encodePax(fields: PaxFields): Buffer {
  const keywords = [...fields.keys()].sort()
  return Buffer.concat(keywords.map((keyword) => encodeRecord(keyword, fields.get(keyword) ?? new Uint8Array(0))))
}

/** `LENGTH KEYWORD=VALUE\n`, where the length counts its own digits. */
function encodeRecord(keyword: string, value: Uint8Array): Buffer {
  const keywordBytes = encodePathText(keyword)
  const rest = keywordBytes.length + value.length + 3
  let length = rest + String(rest).length
  if (String(length).length > String(rest).length) length = rest + String(length).length
  return Buffer.concat([Buffer.from(`${length} `), keywordBytes, Buffer.from('='), value, Buffer.from('\n')])
}

/** @param latin1 the text's bytes, one for each character. */
export function addText(fields: PaxFields, keyword: string, text: string, latin1: string): void {
  fields.set(keyword, Buffer.from(latin1, 'latin1'))
  if (!text.isWellFormed()) fields.set('hdrcharset', Buffer.from('BINARY'))
}

/** The largest number that a ustar field holds in octal, with room for a NUL. */
export function octalMax(fieldBytes: number): number {
  return fieldBytes === 8 ? 0o7777777 : 0o77777777777
}

/** Adds a number that its ustar field cannot hold in octal. */
export function addNumber(fields: PaxFields, keyword: string, value: number, fieldBytes: number): void {
  if (value > octalMax(fieldBytes)) fields.set(keyword, Buffer.from(String(value)))
}

export function addTime(fields: PaxFields, keyword: string, time: FileTime): void {
  if (time.nanoseconds === 0 && time.seconds >= 0 && time.seconds <= octalMax(12)) return
  fields.set(keyword, Buffer.from(formatTime(time)))
}

/** A decimal fraction without zeros at its end. Before 1970 it counts down: -1 s and 750,000,000 ns is `-0.25`. */
function formatTime({ seconds, nanoseconds }: FileTime): string {
  if (nanoseconds === 0) return String(seconds)
  const negative = seconds < 0
  const whole = negative ? -1 - seconds : seconds
  const fraction = negative ? 1e9 - nanoseconds : nanoseconds
  return `${negative ? '-' : ''}${whole}.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`
}

/** `=` ends a keyword, so it is written in attribute names as GNU tar does it. */
export function addXattrs(fields: PaxFields, xattrs: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, value] of xattrs) {
    fields.set(`SCHILY.xattr.${name.replaceAll('%', '%25').replaceAll('=', '%3D')}`, value)
  }
}
