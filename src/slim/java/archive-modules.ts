import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { ArchiveError } from '../../archive/errors.ts'
import { openZipEntry, packedBytes, readZipEntries, readZipEntry, type ZipEntry } from '../../archive/zip-reader.ts'
import type { Job } from '../../std/job.ts'
import { readAhead, type RandomAccess } from '../../std/random-access.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { readClassMentions } from './class-file.ts'
import type { KitClasses } from './kit-classes.ts'

/** What a kit has, and of which version of Java it is: archives may hold classes for some versions only. */
export interface Kit extends KitClasses {
  readonly version: string
}

/** Jars in a web archive in an enterprise archive, and one more. */
const depthMax = 4
/** Far above a class file, which has at most 65,535 constants. */
export const memberBytesMax = 16 * 1024 * 1024
const textBytesMax = 1024 * 1024
const classFile = /\.class$/
/** Files in which classes are named that something makes an object of. */
const settings = /(?:^|\/)META-INF\/services\/[^/]+$|\.(?:properties|xml|ya?ml)$/
const nestedArchive = /\.(?:jar|war|ear|rar)$/

/**
 * The modules of Java that the classes in an archive mention, in archives in it too, however the app has them packed. What providers are of,
 * and what settings name, counts as well: reflection finds it.
 *
 * @throws ArchiveError for an archive that cannot be read
 */
export async function archiveModules(file: RandomAccess, kit: Kit, job: Job): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  await addArchive(file, kit, found, 1, job)
  return found
}

async function addArchive(file: RandomAccess, kit: Kit, found: Set<string>, depth: number, job: Job): Promise<void> {
  const entries = await readZipEntries(file, job)
  // In the order in which they lie there: that is read in one go.
  for (const entry of entries.toSorted((a, b) => a.headerOffsetBytes - b.headerOffsetBytes)) {
    job.signal.throwIfAborted()
    const version = /^META-INF\/versions\/(\d+)\//.exec(entry.path)?.[1]
    if (version !== undefined && Number(version) > Number(kit.version)) continue
    if (nestedArchive.test(entry.path)) {
      if (depth === depthMax)
        throw new ArchiveError('archive-too-large', `there are archives in each other, more than ${depthMax} deep`)
      await using nested = await openNested(file, entry, job)
      await addArchive(nested.content, kit, found, depth + 1, job)
    } else if (isRead(entry)) {
      addFile(entry.path, await readZipEntry(file, entry, memberBytesMax), kit, found)
    }
  }
}

/** Whether a file may mention classes. Long texts are data. */
export function isRead({ path, sizeBytes }: { readonly path: string; readonly sizeBytes: number }): boolean {
  return classFile.test(path) || (settings.test(path) && sizeBytes <= textBytesMax)
}

/** Adds the modules of what a class file or a file of settings mentions. */
export function addFile(path: string, content: Buffer, kit: KitClasses, found: Set<string>): void {
  if (!classFile.test(path)) {
    // A file of providers has the name of what they provide.
    const text = `${path.replace(/.*\//, '')} ${content.toString()}`
    for (const [name] of text.matchAll(/[a-z]\w*(?:\.\w+)*\.[A-Z]\w*/g))
      addSpelled(moduleOfClass(name.replaceAll('.', '/'), kit), found)
    return
  }
  const mentions = readClassMentions(content)
  for (const name of mentions?.classes ?? []) {
    const module = moduleOfClass(name, kit)
    if (module !== undefined) found.add(module)
  }
  for (const name of mentions?.spelled ?? []) addSpelled(moduleOfClass(name, kit), found)
  for (const module of mentions?.modules ?? []) if (kit.modules.has(module)) found.add(module)
}

/** What no runtime without a kit has: who asks for it by a name only does without. */
const tools =
  /^jdk\.(?:compiler|editpad|hotspot\.agent|jartool|javadoc|jcmd|jconsole|jdeps|jdi|jlink|jpackage|jshell|jstatd)$/

function addSpelled(module: string | undefined, found: Set<string>): void {
  if (module !== undefined && !tools.test(module)) found.add(module)
}

function moduleOfClass(name: string, { moduleOf }: KitClasses): string | undefined {
  return moduleOf.get(name.includes('$') ? name.replace(/\$.*/, '') : name)
}

/** An archive in another: in its place where it is stored, unpacked beside the others where it is compressed. */
async function openNested(
  outer: RandomAccess,
  entry: ZipEntry,
  job: Job,
): Promise<AsyncDisposable & { readonly content: RandomAccess }> {
  if (entry.method === 'stored') {
    return { content: await packedBytes(outer, entry), [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  await using closing = new AsyncDisposableStack()
  const folder = closing.use(await temporaryDirectory())
  const file = closing.use(await open(join(folder.path, 'nested.jar'), 'wx+'))
  for await (const chunk of openZipEntry(outer, entry, job)) await file.writeFile(chunk)
  const content = readAhead({
    sizeBytes: entry.sizeBytes,
    async read(offset, length) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    },
  })
  const kept = closing.move()
  return { content, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
