import { statSync } from 'node:fs'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { literal, nullable, number, strictObject, string, variant, type InferOutput } from 'valibot'
import { digestSchema } from '../../image/descriptor.ts'
import { systemErrorCode } from '../../std/errors.ts'
import { JsonError, parseJson } from '../../std/json.ts'
import { putFile } from '../../std/put-file.ts'
import { BuildError } from '../errors.ts'
import { stepsFolder } from './folders.ts'

const blobSchema = strictObject({ mediaType: string(), digest: digestSchema, size: number() })
const layerSchema = strictObject({ diffId: digestSchema, descriptor: blobSchema })

const recordSchema = variant('kind', [
  /** What a step changed; null where it changed nothing. */
  strictObject({
    kind: literal('layer'),
    version: literal(1),
    title: string(),
    layer: nullable(layerSchema),
    elapsedMs: number(),
  }),
  /** The digest of what a COPY takes from a stage or an image. */
  strictObject({ kind: literal('selection'), version: literal(1), digest: digestSchema }),
])

/** What is known of a step, by its key. */
export type StepRecord = InferOutput<typeof recordSchema>

/** What a step changed. */
export type LayerRecord = Extract<StepRecord, { kind: 'layer' }>

/** A key: 64 hexadecimal digits. Equal definitions and inputs have one key, whatever the machine and the day. */
export type StepKey = string

/** The results of steps, by their keys: a folder of small files, which any number of builds may use at once. */
export class StepCache {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
  }

  /** What is damaged, or of another version, counts as not there. Finding it counts as using it. */
  async find<Kind extends StepRecord['kind']>(
    key: StepKey,
    kind: Kind,
  ): Promise<Extract<StepRecord, { kind: Kind }> | undefined> {
    const path = this.#path(key)
    const record = await readRecord(path)
    if (record === undefined || !isOfKind(record, kind)) return undefined
    await touch(path)
    return record
  }

  /** @throws BuildError `build-cache-unusable` */
  async put(key: StepKey, record: StepRecord): Promise<void> {
    try {
      await putFile(this.#path(key), (path) => writeFile(path, JSON.stringify(record), { mode: 0o600 }))
    } catch (error) {
      throw new BuildError('build-cache-unusable', `the build cache ${this.directory} cannot be written`, {
        cause: error,
        hint: 'Make room, or delete the folder: everything in it is made anew.',
      })
    }
  }

  #path(key: StepKey): string {
    return join(stepsFolder(this.directory), key.slice(0, 2), `${key.slice(2)}.json`)
  }
}

/** A record, or undefined where it is missing or damaged. */
export async function readRecord(path: string): Promise<StepRecord | undefined> {
  try {
    return parseJson(await readFile(path), recordSchema, path)
  } catch (error) {
    if (error instanceof JsonError || systemErrorCode(error) !== undefined) return undefined
    throw error
  }
}

function isOfKind<Kind extends StepRecord['kind']>(
  record: StepRecord,
  kind: Kind,
): record is Extract<StepRecord, { kind: Kind }> {
  return record.kind === kind
}

/** Old enough that its time is worth a write: what is pruned first is what was used longest ago. */
const touchAfterMs = 3_600_000

async function touch(path: string): Promise<void> {
  try {
    const now = Date.now()
    const { mtimeMs } = statSync(path)
    if (now - mtimeMs > touchAfterMs) await utimes(path, now / 1000, now / 1000)
  } catch {
    // Somebody has pruned it, which changes nothing for who has read it.
  }
}
