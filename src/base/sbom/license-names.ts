import { fixupSpdxId } from '@cyclonedx/cyclonedx-library/SPDX'

/** A licence that has no identifier in the list of SPDX: its name in the copyright file, and the identifier that it gets. */
export interface UnlistedLicense {
  readonly id: string
  readonly name: string
}

/** What a copyright file says, as SPDX says it. */
export interface LicenseExpression {
  /** SPDX 2.3, annex D. */
  readonly expression: string
  readonly unlisted: readonly UnlistedLicense[]
}

/** Names that the machine-readable copyright format has (section 7.1.1), where SPDX has others. In lower case. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['apache', 'Apache-2.0'],
  ['artistic', 'Artistic-1.0'],
  ['cpl', 'CPL-1.0'],
  ['expat', 'MIT'],
  ['lppl', 'LPPL-1.0'],
  ['perl', '(Artistic-1.0 OR GPL-1.0-or-later)'],
  ['python', 'Python-2.0'],
  ['qpl', 'QPL-1.0'],
  ['zope', 'ZPL-2.1'],
])

/** GNU licences, of which SPDX says whether later versions may be taken. */
const gnuPattern = /^(a?gpl|lgpl|gfdl)(-niv)?-?(\d(?:\.\d)?)(?:\.0)*(\+|-or-later|-only)?$/

/**
 * The licences of a package as one expression: all that its files are under.
 *
 * @param synopses are the first lines of License fields, such as `GPL-2+ or Artistic, and Expat`.
 * @param owner keeps names of this package apart from the same ones of other packages, which may mean another text.
 */
export function licenseExpression(synopses: readonly string[], owner: string): LicenseExpression | undefined {
  const unlisted = new Map<string, UnlistedLicense>()
  const leaf = (name: string): string => {
    const listed = listedLicense(name)
    if (listed !== undefined) return listed
    const words = `${owner}-${name}`.replaceAll(/[^A-Za-z0-9.]+/g, '-').replace(/^-+|-+$/g, '')
    const id = `LicenseRef-${words}`
    unlisted.set(id, { id, name })
    return id
  }
  const terms = new Set(synopses.flatMap((synopsis) => conjuncts(synopsis, leaf)))
  if (terms.size === 0) return undefined
  return { expression: [...terms].toSorted().join(' AND '), unlisted: [...unlisted.values()] }
}

/**
 * What has to be kept to all together. `and` binds stronger than `or`, unless a comma stands before it (section 7.2 of the
 * format).
 */
function conjuncts(synopsis: string, leaf: (name: string) => string): readonly string[] {
  const text = synopsis.replaceAll(/\s+/g, ' ').trim()
  if (text === '') return []
  const byCommaAnd = text.split(/,\s*and /i)
  if (byCommaAnd.length > 1) return byCommaAnd.flatMap((part) => conjuncts(part, leaf))
  const choices = text.split(/,? or |\s*\|\s*/i)
  const parts = choices.map((choice) => choice.split(/,? and |,\s*/i).map((name) => leaf(name.trim())))
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const alternatives = parts.map((part) => (part.length === 1 ? part.join('') : `(${part.join(' AND ')})`))
  return [`(${[...new Set(alternatives)].toSorted().join(' OR ')})`]
}

function listedLicense(name: string): string | undefined {
  const lower = name.toLowerCase()
  const gnu = gnuPattern.exec(lower)
  if (gnu !== null) {
    const [, family = '', invariants, version = '', later] = gnu
    const number = version.includes('.') ? version : `${version}.0`
    const suffix = later === '+' || later === '-or-later' ? 'or-later' : 'only'
    const middle = invariants === undefined ? '' : '-no-invariants'
    return fixupSpdxId(`${family}-${number}${middle}-${suffix}`)
  }
  return otherNames.get(lower) ?? fixupSpdxId(lower)
}
