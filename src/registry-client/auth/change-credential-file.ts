import { open, readFile, realpath, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { looseObject, optional, record, safeParse, string, unknown, type InferOutput } from 'valibot'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import { withFileLock } from '../../std/file-lock.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { RegistryError } from '../errors.ts'

/** Only what is changed is looked at: docker keeps many other things in this file. */
const documentSchema = looseObject({ auths: optional(record(string(), unknown())) })

export type CredentialDocument = InferOutput<typeof documentSchema>

/**
 * Changes a file of credentials: one program at a time, at once or not at all, and for nobody else's eyes. What `change`
 * does not touch stays as it is. A link is followed, and stays a link.
 *
 * @throws RegistryError `bad-configuration`
 */
export async function changeCredentialFile(
  path: string,
  registry: string,
  job: Job,
  change: (document: CredentialDocument) => CredentialDocument,
): Promise<void> {
  try {
    await makeDirectory(dirname(path), 0o700)
    const lockPath = `${path}.lock`
    await withFileLock(lockPath, 'exclusive', { title: `writing ${path}` }, job, async () => {
      const actual = await realpathOf(path)
      await replaceFile(actual, `${JSON.stringify(change(await readDocument(actual, registry)), undefined, '\t')}\n`)
      await rm(lockPath, { force: true })
    })
  } catch (error) {
    job.signal.throwIfAborted()
    if (error instanceof RegistryError) throw error
    throw failed(path, registry, errorMessage(error))
  }
}

async function realpathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return path
    throw error
  }
}

async function readDocument(path: string, registry: string): Promise<CredentialDocument> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return {}
    throw error
  }
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw failed(path, registry, 'it is not JSON')
  }
  const parsed = safeParse(documentSchema, value)
  if (!parsed.success || Array.isArray(value)) throw failed(path, registry, 'it does not have the form of such a file')
  return parsed.output
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  await rm(temporary, { force: true })
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function failed(path: string, registry: string, why: string): RegistryError {
  const hint = 'Nothing was changed. Repair the file, or move it away.'
  return new RegistryError('bad-configuration', `${path} cannot be changed: ${why}`, { registry }, { hint })
}
