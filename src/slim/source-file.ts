import { posix } from 'node:path'
import type { SourceEntry, SourceTree } from '../build/source-tree.ts'
import type { Job } from '../std/job.ts'

/** What a comment begins with, by the endings of names. */
const comments: ReadonlyMap<string, string> = new Map([
  ...['go', 'js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'tsx', 'java', 'kt', 'rs', 'c', 'cc', 'cpp', 'h', 'hpp', 'cs'].map(
    (ending) => [ending, '//'] as const,
  ),
  ...['py', 'rb', 'pl', 'sh', 'conf'].map((ending) => [ending, '#'] as const),
])

const notSources = /^(?:node_modules|vendor|target|dist|build|tests?|docs?|\..*)$/
const tests = /(?:^test_|[_.-](?:test|spec)\.)/
/** A context that has no source in so many folders has none that we find. */
const foldersMax = 500

/**
 * A file that whoever works on an app is likely to change: the largest source of the folder that is nearest to the top of its context. Undefined
 * where there is none whose comments are known.
 */
export async function findSourceFile(context: SourceTree, job: Job): Promise<string | undefined> {
  const root = await context.lookup('/', { followLast: true }, job)
  let level: readonly SourceEntry[] = root === undefined ? [] : [root]
  for (let seen = 0; level.length > 0 && seen < foldersMax; seen += level.length) {
    const entries: SourceEntry[] = []
    for (const folder of level) entries.push(...(await context.children(folder, job)))
    const [largest] = entries.filter(isSource).toSorted((one, other) => other.sizeBytes - one.sizeBytes)
    if (largest !== undefined) return largest.path
    level = entries.filter(({ kind, path }) => kind === 'directory' && !notSources.test(posix.basename(path)))
  }
  return undefined
}

function isSource({ kind, path, sizeBytes }: SourceEntry): boolean {
  return kind === 'file' && sizeBytes > 0 && !tests.test(posix.basename(path)) && commentOf(path) !== undefined
}

/** A comment as the last line of a source file. */
export function commentLine(path: string, text: string): Uint8Array {
  return Buffer.from(`\n${commentOf(path) ?? ''} ${text}\n`)
}

function commentOf(path: string): string | undefined {
  return comments.get(posix.extname(path).slice(1))
}
