import { wrongUsage } from '../errors.ts'

/** A whole number of a line. @throws CliError `wrong-usage` */
export function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,4}$/.test(text)) return Number(text)
  return wrongUsage(`${option} ${text}: it is no whole number`)
}
