import { DigestHasher } from '../image/digest.ts'
import { assert } from '../std/assert.ts'
import type { SourceEntry, SourceTree } from './source-tree.ts'

/**
 * A tree in which one file is longer; all else is as it is, and nothing is written anywhere: for a build in which one file has changed.
 * Disposing of it does nothing, since the tree is its owner's.
 *
 * @param path absolute in the tree, of a file.
 */
export function grownTree(tree: SourceTree, path: string, added: Uint8Array): SourceTree {
  const originals = new WeakMap<SourceEntry, SourceEntry>()
  const grown = (entry: SourceEntry): SourceEntry => {
    if (entry.path !== path) return entry
    const { kind, mode, uid, gid, sizeBytes, modified, linkTarget, deviceMajor, deviceMinor, xattrs } = entry
    const longer = {
      ...{ path, kind, mode, uid, gid, modified, linkTarget, deviceMajor, deviceMinor, xattrs },
      ...{ inode: path, sizeBytes: sizeBytes + added.length },
    }
    originals.set(longer, entry)
    return longer
  }
  const originalOf = (entry: SourceEntry): SourceEntry => {
    const original = originals.get(entry) ?? entry
    assert(entry.path !== path || original !== entry, `${path} is of another tree`)
    return original
  }
  const open: SourceTree['open'] = async function* (file, job) {
    yield* tree.open(originalOf(file), job)
    if (file.path === path) yield added
  }
  return {
    title: tree.title,
    async lookup(asked, options, job) {
      const entry = await tree.lookup(asked, options, job)
      return entry === undefined ? undefined : grown(entry)
    },
    children: async (directory, job) => (await tree.children(directory, job)).map(grown),
    open,
    knownDigest: (file) => (file.path === path ? undefined : tree.knownDigest(file)),
    async digest(file, job) {
      if (file.path !== path) return await tree.digest(file, job)
      const hasher = new DigestHasher()
      for await (const chunk of open(file, job)) hasher.update(chunk)
      return hasher.digest()
    },
    ignoringPattern: (asked) => tree.ignoringPattern(asked),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
