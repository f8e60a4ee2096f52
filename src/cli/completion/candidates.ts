import { access } from 'node:fs/promises'
import { familiarReference } from '../../image/reference.ts'
import { createJob } from '../../std/job.ts'
import { openStore } from '../../store/layout-store.ts'
import { loadConfiguration, storePath } from '../configuration.ts'
import type { ExitStatus } from '../exit-status.ts'
import type { Output } from '../output.ts'

/**
 * What a completion script asks while a person types: `__complete references PREFIX` prints the names of images in the
 * store, one on a line. Whatever goes wrong, nothing is printed: a shell in the middle of a line has no place for errors.
 */
export async function complete(
  words: readonly string[],
  output: Output,
  environment: NodeJS.ProcessEnv,
): Promise<ExitStatus> {
  const [what, prefix = ''] = words
  if (what !== 'references') return 0
  try {
    const names = await storedNames(environment)
    await output.write(
      names
        .filter((name) => name.startsWith(prefix))
        .map((name) => `${name}\n`)
        .join(''),
    )
  } catch {
    return 0
  }
  return 0
}

async function storedNames(environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const path = storePath(undefined, environment, await loadConfiguration(environment))
  // Opening a store would make one.
  await access(path)
  await using store = await openStore(path, createJob())
  const images = await store.references()
  return images.flatMap(({ reference }) => (reference === undefined ? [] : [familiarReference(reference)])).sort()
}
