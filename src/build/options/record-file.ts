import { readFile, writeFile } from 'node:fs/promises'
import { safeParse, type GenericSchema, type InferOutput } from 'valibot'
import { ignoreMissing } from '../../std/errors.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { putFile } from '../../std/put-file.ts'
import { cacheFailure } from './cache-failure.ts'

/** Writes a value whole or not at all, with a sum of its bytes. @throws BuildError `build-cache-unusable` */
export async function writeRecordFile(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value)
  const file = `${sumOf(text)}\n${text}`
  await cacheFailure(path, () => putFile(path, (partial) => writeFile(partial, file, { mode: 0o600 })))
}

/** What {@link writeRecordFile} wrote; undefined where it is not there, is damaged, or is of another form. */
export async function readRecordFile<Schema extends GenericSchema>(
  path: string,
  schema: Schema,
): Promise<InferOutput<Schema> | undefined> {
  const file = await cacheFailure(path, () => readFile(path, 'utf8').catch(ignoreMissing))
  if (file === undefined) return undefined
  const lineEnd = file.indexOf('\n')
  const text = file.slice(lineEnd + 1)
  if (file.slice(0, Math.max(0, lineEnd)) !== sumOf(text)) return undefined
  const result = safeParse(schema, JSON.parse(text))
  return result.success ? result.output : undefined
}

function sumOf(text: string): string {
  return cryptoModule().hash('sha256', text)
}
