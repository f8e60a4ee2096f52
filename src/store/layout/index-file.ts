import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { array, literal, looseObject, nullish, optional, string, type InferOutput } from 'valibot'
import { descriptorSchema, type Descriptor } from '../../image/descriptor.ts'
import { mediaTypes } from '../../image/media-type.ts'
import type { Job } from '../../std/job.ts'
import { JsonError, parseJson } from '../../std/json.ts'
import { atPath, StoreError } from '../errors.ts'
import { replaceFile, unlessMissing, withLock } from './files.ts'
import type { LayoutPaths } from './paths.ts'

/** Over 100,000 names. It is read as a whole, so it needs a bound. */
export const indexBytesMax = 64 * 1024 * 1024

const indexSchema = looseObject({
  schemaVersion: literal(2, 'must be 2'),
  mediaType: optional(string()),
  manifests: nullish(array(descriptorSchema), () => []),
})

type IndexFile = InferOutput<typeof indexSchema>

const layoutSchema = looseObject({ imageLayoutVersion: string() })

/** The only version that there is (image-spec, image-layout.md). All of 1.x is readable by definition of the field. */
const layoutVersion = '1.0.0'

/** `oci-layout` as it is written. */
export const layoutFileBytes = Buffer.from(JSON.stringify({ imageLayoutVersion: layoutVersion }))

/** Checks an `oci-layout`. @throws StoreError `bad-index`, `unsupported-version` */
export function checkLayoutFile(bytes: Uint8Array, what: string): void {
  const { imageLayoutVersion } = atDoor(() => parseJson(bytes, layoutSchema, what))
  if (/^1\.\d+\.\d+$/.test(imageLayoutVersion)) return
  throw new StoreError('unsupported-version', `${what}: image layout version ${imageLayoutVersion} is not known`, {
    hint: 'It was made by a newer tool: use a newer wherry.',
  })
}

/** The entries of an `index.json`, with fields that the specification does not know. @throws StoreError `bad-index` */
export function parseIndex(bytes: Uint8Array, what: string): IndexFile {
  return atDoor(() => parseJson(bytes, indexSchema, what))
}

/** The entries of a store, in their order. No lock is needed: the file is only ever replaced as a whole. */
export async function readEntries(paths: LayoutPaths): Promise<readonly Descriptor[]> {
  return (await readIndexFile(paths)).manifests
}

/**
 * Changes the entries of a store, one process at a time. Everything else in the file stays as it is.
 *
 * @param edit gives the new entries, or the very ones that it was given when there is nothing to change.
 */
export async function editEntries(
  paths: LayoutPaths,
  job: Job,
  edit: (entries: readonly Descriptor[]) => readonly Descriptor[],
): Promise<void> {
  await withLock(paths.indexLock, 'exclusive', 'changing the names in the store', job, async () => {
    const file = await readIndexFile(paths)
    const manifests = edit(file.manifests)
    if (manifests === file.manifests) return
    const text = JSON.stringify({ mediaType: mediaTypes.ociIndex, ...file, manifests })
    // The name needs no chance in it: only the lock's holder writes it, and what a killed one left is written over.
    await replaceFile(paths.indexFile, join(paths.own, 'index.json.new'), Buffer.from(text))
  })
}

async function readIndexFile(paths: LayoutPaths): Promise<IndexFile> {
  const path = paths.indexFile
  return await atPath(path, async () => {
    const found = await unlessMissing(() => stat(path))
    if (found === undefined) throw new StoreError('bad-index', `${path} is missing: this is no whole image layout`)
    const { size } = found
    if (size > indexBytesMax) {
      throw new StoreError('bad-index', `${path} has ${size} bytes, and at most ${indexBytesMax} are read`)
    }
    return parseIndex(await readFile(path), path)
  })
}

function atDoor<Result>(parse: () => Result): Result {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new StoreError('bad-index', error.message, { cause: error })
  }
}
