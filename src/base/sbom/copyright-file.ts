import { fieldValue, parseDeb822 } from '../../debian/deb822.ts'

/**
 * The licences that a copyright file names: the first lines of its License fields, each once. Undefined for a file that is not
 * in the machine-readable format (copyright-format 1.0, section 4), or breaks its rules: nobody can say what it means then.
 */
export function licenseSynopses(text: string): readonly string[] | undefined {
  const { stanzas, problems } = parseDeb822(text, { comments: false })
  const [header, ...others] = stanzas
  const format = header === undefined ? undefined : fieldValue(header, 'format')
  if (header === undefined || format === undefined || !/copyright-format\/1\.0|\/dep5\b/i.test(format)) return undefined
  if (problems.length > 0) return undefined
  const files = others.filter((stanza) => fieldValue(stanza, 'files') !== undefined)
  const synopses = [header, ...files].flatMap((stanza) => fieldValue(stanza, 'license')?.split('\n')[0]?.trim() ?? [])
  const named = synopses.filter((synopsis) => synopsis !== '')
  return named.length === 0 ? undefined : [...new Set(named)]
}
