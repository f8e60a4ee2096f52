import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import packageJson from '../../../package.json' with { type: 'json' }
import { systemErrorCode } from '../../std/errors.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { putFile } from '../../std/put-file.ts'

/** What the checks of a build depend on, beside the version of wherry. */
export interface CheckedText {
  readonly text: string
  readonly target: string | undefined
  readonly buildArguments: ReadonlyMap<string, string>
  readonly platform: string
}

/**
 * The warnings about a Dockerfile, kept from one build to the next: loading the rules takes longer than all else that a build does in
 * which nothing changed. That they cannot be kept is no reason for a build to fail.
 *
 * @param find empty where there are none.
 */
export async function knownWarnings(
  cacheDirectory: string,
  { text, target, buildArguments, platform }: CheckedText,
  find: () => Promise<string>,
): Promise<string> {
  const parts = [
    packageJson.version,
    text,
    target ?? null,
    [...buildArguments].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    platform,
  ]
  const path = join(cacheDirectory, 'checks', cryptoModule().hash('sha256', JSON.stringify(parts)))
  const known = await readFile(path, 'utf8').catch(() => undefined)
  if (known !== undefined) return known
  const found = await find()
  try {
    await putFile(path, (temporary) => writeFile(temporary, found, { mode: 0o600 }))
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
  }
  return found
}
