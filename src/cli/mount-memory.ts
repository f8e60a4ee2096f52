import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDigest, type Digest } from '../image/digest.ts'
import type { MountCandidates } from '../registry-client/mount-candidates.ts'
import { cacheDirectory } from './configuration.ts'

/** Repositories that are remembered for one blob. */
const repositoriesMax = 4
/** About half a megabyte of file. The oldest are forgotten. */
const blobsMax = 5000

/** What was seen where, kept between runs. */
export interface MountMemory extends MountCandidates {
  /** Writes down what was added. Failing costs nothing but the memory, so it fails silently. */
  save(): Promise<void>
}

/**
 * Remembers in a file of the cache folder which repositories hold which blobs. The file is only read when a push asks, and
 * when something is to be saved. Of two processes that save at once, one is forgotten.
 */
export function fileMountMemory(environment: NodeJS.ProcessEnv): MountMemory {
  const path = join(cacheDirectory(environment), 'mounts')
  const added: { readonly key: string; readonly repository: string }[] = []
  let loading: Promise<Map<string, readonly string[]>> | undefined
  const load = (): Promise<Map<string, readonly string[]>> => (loading ??= loadMemory(path))
  return {
    async find(registry, digest) {
      const key = keyOf(registry, digest)
      const fresh = added.filter((each) => each.key === key).map((each) => each.repository)
      return [...new Set([...fresh.toReversed(), ...((await load()).get(key) ?? [])])]
    },
    add(registry, repository, digests) {
      for (const digest of digests) added.push({ key: keyOf(registry, digest), repository })
    },
    async save() {
      if (added.length === 0) return
      try {
        await saveMemory(path, withAdded(await loadMemory(path), added))
      } catch {
        return
      }
    },
  }
}

function keyOf(registry: string, digest: Digest): string {
  return `${registry} ${digest}`
}

/** Those seen last come last, so that forgetting begins with the oldest. */
function withAdded(
  known: Map<string, readonly string[]>,
  added: readonly { readonly key: string; readonly repository: string }[],
): ReadonlyMap<string, readonly string[]> {
  for (const { key, repository } of added) {
    const others = (known.get(key) ?? []).filter((name) => name !== repository)
    known.delete(key)
    known.set(key, [repository, ...others].slice(0, repositoriesMax))
  }
  return new Map([...known].slice(-blobsMax))
}

/** One line for each blob: registry, digest, repositories. Lines that are anything else are passed over. */
async function loadMemory(path: string): Promise<Map<string, readonly string[]>> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const known = new Map<string, readonly string[]>()
  for (const line of text.split('\n')) {
    const [registry = '', digest = '', ...repositories] = line.split(' ')
    if (isDigest(digest) && repositories.length > 0) known.set(keyOf(registry, digest), repositories)
  }
  return known
}

async function saveMemory(path: string, known: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const lines = Array.from(known, ([key, repositories]) => `${key} ${repositories.join(' ')}\n`)
  await mkdir(dirname(path), { recursive: true })
  const own = `${path}.${process.pid}`
  await writeFile(own, lines.join(''))
  await rename(own, path)
}
