import { array, integer, literal, minValue, number, pipe, regex, strictObject, string, type InferOutput } from 'valibot'
import type { LockedPackage } from '../locked-packages.ts'

const safePath = pipe(
  string(),
  regex(/^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[\x21-\x7e]+$/, 'must be a path within the archive'),
)
const name = pipe(string(), regex(/^[A-Za-z0-9][A-Za-z0-9+.-]*$/, 'must be the name of a package'))
const version = pipe(string(), regex(/^[A-Za-z0-9.+~:-]+$/, 'must be a version'))
const word = pipe(string(), regex(/^[a-z0-9][\w+.~/-]*$/i, 'must be a name'))

const lockedPackage = strictObject({
  name,
  version,
  architecture: word,
  source: name,
  sourceVersion: version,
  suite: word,
  path: safePath,
  size: pipe(number(), integer(), minValue(0)),
  sha256: pipe(string(), regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')),
  reason: string(),
})

type LockLine = InferOutput<typeof lockedPackage>

const lockedLayer = strictObject({ name: string(), requests: array(string()), packages: array(lockedPackage) })

/** A lock as it stands in its file. */
export const lockFileSchema = strictObject({
  version: literal(1, 'must be 1: a newer wherry may have made this lock'),
  recipe: string(),
  suite: word,
  date: pipe(string(), regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'must be a date such as 2026-05-01T08:00:00Z')),
  images: array(strictObject({ architecture: word, layers: array(lockedLayer) })),
})

/** A package as it stands in a lock: a line. */
export function lineOfPackage({ name, version, architecture, source, suite, file, reason }: LockedPackage): LockLine {
  return {
    ...{ name, version, architecture },
    ...{ source: source.name, sourceVersion: source.version, suite },
    ...{ path: file.path, size: file.sizeBytes, sha256: file.sha256, reason },
  }
}

export function packageOfLine(line: LockLine): LockedPackage {
  const { name, version, architecture, suite, reason } = line
  return {
    ...{ name, version, architecture, suite, reason },
    source: { name: line.source, version: line.sourceVersion },
    file: { path: line.path, sizeBytes: line.size, sha256: line.sha256 },
  }
}
