import { encodePathText } from '../../std/path-text.ts'
import type { FileTime } from '../tar-entry.ts'

/** PAX records by keyword, before they are put in order. Values are bytes, one for each character. */
export type PaxFields = Map<string, string>

/**
 * The records in order of their keywords: POSIX.1-2017 pax, "pax Extended Header".
 *
 * @returns bytes, one for each character
 */
export function encodePax(fields: PaxFields): string {
  const keywords = [...fields.keys()].sort()
  return keywords.map((keyword) => encodeRecord(keyword, fields.get(keyword) ?? '')).join('')
}

/** `LENGTH KEYWORD=VALUE\n`, where the length counts its own digits. */
function encodeRecord(keyword: string, value: string): string {
  const keywordBytes = latin1Of(keyword)
  const rest = keywordBytes.length + value.length + 3
  let length = rest + String(rest).length
  if (String(length).length > String(rest).length) length = rest + String(length).length
  return `${length} ${keywordBytes}=${value}\n`
}

/** The bytes of a name, one for each character. */
export function latin1Of(text: string): string {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) >= 0x80) return Buffer.from(encodePathText(text)).toString('latin1')
  }
  return text
}

/** @param latin1 the text's bytes, one for each character. */
export function addText(fields: PaxFields, keyword: string, text: string, latin1: string): void {
  fields.set(keyword, latin1)
  if (!text.isWellFormed()) fields.set('hdrcharset', 'BINARY')
}

/** The largest number that a ustar field holds in octal, with room for a NUL. */
export function octalMax(fieldBytes: number): number {
  return fieldBytes === 8 ? 0o7777777 : 0o77777777777
}

/** Adds a number that its ustar field cannot hold in octal. */
export function addNumber(fields: PaxFields, keyword: string, value: number, fieldBytes: number): void {
  if (value > octalMax(fieldBytes)) fields.set(keyword, String(value))
}

export function addTime(fields: PaxFields, keyword: string, time: FileTime): void {
  if (time.nanoseconds === 0 && time.seconds >= 0 && time.seconds <= octalMax(12)) return
  fields.set(keyword, formatTime(time))
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
    const keyword = `SCHILY.xattr.${name.replaceAll('%', '%25').replaceAll('=', '%3D')}`
    fields.set(keyword, Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1'))
  }
}
