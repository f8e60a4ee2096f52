import type { Descriptor } from '../../image/descriptor.ts'
import { familiarReference, formatReference, parseReference, type Reference } from '../../image/reference.ts'
import { nearest } from '../../std/nearest.ts'
import { wrongUsage } from '../errors.ts'
import type { ImageSummary } from './summary.ts'

/** A line of `wherry images`. */
export interface ImageRow {
  readonly name: string | undefined
  readonly reference: Reference | undefined
  readonly descriptor: Descriptor
  /** Undefined for an image that cannot be read. */
  readonly summary: ImageSummary | undefined
  readonly sizeBytes: number
}

/** Whether a row stays, seen among all rows. */
type Filter = (row: ImageRow, rows: readonly ImageRow[]) => boolean

const filterNames = ['reference', 'label', 'dangling', 'before', 'since'] as const

/** Docker's filters of images, in its own notation `NAME=VALUE`, all of which must match. @throws CliError `wrong-usage` */
export function parseFilters(texts: readonly string[]): (rows: readonly ImageRow[]) => readonly ImageRow[] {
  const filters = texts.map(parseFilter)
  return (rows) => rows.filter((row) => filters.every((filter) => filter(row, rows)))
}

function parseFilter(text: string): Filter {
  const equals = text.indexOf('=')
  const name = equals === -1 ? text : text.slice(0, equals)
  const value = equals === -1 ? '' : text.slice(equals + 1)
  if (value === '') return wrongUsage(`a filter is NAME=VALUE, not ${JSON.stringify(text)}`)
  switch (name) {
    case 'reference':
      return referenceFilter(value)
    case 'label':
      return labelFilter(value)
    case 'dangling':
      return danglingFilter(value)
    case 'before':
      return (row, rows) => createdMs(row) < createdMsOf(rows, value)
    case 'since':
      return (row, rows) => createdMs(row) > createdMsOf(rows, value)
    default: {
      const meant = nearest(name, filterNames)
      return wrongUsage(
        `there is no filter ${JSON.stringify(name)}`,
        meant === undefined ? `Filters: ${filterNames.join(', ')}.` : `Did you mean ${meant}?`,
      )
    }
  }
}

/** A pattern without a tag is one of repositories. Wildcards do not reach over a slash, as with docker. */
function referenceFilter(pattern: string): Filter {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
  const expression = new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`)
  return ({ reference }) => {
    if (reference === undefined) return false
    const repository = { ...reference, tag: undefined, digest: undefined }
    const forms = [reference, repository].flatMap((each) => [formatReference(each), familiarReference(each)])
    return forms.some((form) => expression.test(form))
  }
}

function labelFilter(text: string): Filter {
  const equals = text.indexOf('=')
  const key = equals === -1 ? text : text.slice(0, equals)
  const value = equals === -1 ? undefined : text.slice(equals + 1)
  return ({ summary }) => {
    const labels = summary?.labels ?? {}
    return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value)
  }
}

function danglingFilter(value: string): Filter {
  if (!/^(?:true|false|0|1)$/i.test(value)) return wrongUsage(`dangling is true or false, not ${JSON.stringify(value)}`)
  const wanted = /^(?:true|1)$/i.test(value)
  return (row) => (row.name === undefined) === wanted
}

function createdMs(row: ImageRow): number {
  return row.summary?.created === undefined ? Number.NaN : Date.parse(row.summary.created)
}

function createdMsOf(rows: readonly ImageRow[], name: string): number {
  const full = formatReference(parseReference(name))
  const row = rows.find((each) => each.reference !== undefined && formatReference(each.reference) === full)
  return row === undefined ? wrongUsage(`${name} is not among the images`) : createdMs(row)
}
