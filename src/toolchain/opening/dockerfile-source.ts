import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openContext, readContextFile, type ContextOptions, type OpenContext } from '../../build/open-context.ts'
import type { SourceTree } from '../../build/source-tree.ts'
import { nearest } from '../../std/nearest.ts'
import type { Job } from '../../std/job.ts'
import { badRequest } from '../errors.ts'
import { readSourceFile, toSourceFile, type SourceFile } from '../source-file.ts'

/** What is looked for in a context where no file is named; buildx takes the one in lower case too. */
const usualNames = ['Dockerfile', 'dockerfile', 'Containerfile'] as const

/** The Dockerfile of a context: the one that is named, or the one in it. */
export async function findDockerfile(
  named: string | undefined,
  context: OpenContext,
  tree: SourceTree,
  options: ContextOptions,
  job: Job,
): Promise<SourceFile> {
  if (named === '-') return await readSourceFile('-', job.signal)
  if (named !== undefined && /^https?:\/\//i.test(named)) return await fetchDockerfile(named, options, job)
  const { folder } = context
  if (named !== undefined && folder !== undefined) return await readNamed(named, job)
  for (const name of named === undefined ? usualNames : [named]) {
    const content = await readContextFile(name, tree, job)
    const title = folder === undefined || folder === '.' ? name : join(folder, name)
    if (content !== undefined) return toSourceFile(title, folder === undefined ? undefined : title, content)
  }
  return await refuseWithout(named, folder, tree, job)
}

/** One on this machine need not lie in the context. */
async function readNamed(path: string, job: Job): Promise<SourceFile> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) {
    const slash = path.lastIndexOf('/')
    const folder = path.slice(0, slash + 1)
    const near = nearest(path.slice(slash + 1), await readdir(folder === '' ? '.' : folder).catch(() => []))
    const hint = near === undefined ? 'It is looked for from the current folder on.' : `Did you mean ${folder}${near}?`
    return badRequest(`there is no Dockerfile ${JSON.stringify(path)}`, hint)
  }
  if (found.isDirectory()) {
    badRequest(`--file ${path} is a folder`, `Did you mean ${join(path, 'Dockerfile')}?`)
  }
  return await readSourceFile(path, job.signal)
}

async function fetchDockerfile(url: string, options: ContextOptions, job: Job): Promise<SourceFile> {
  const found = await openContext(url, options, job)
  if (found.kind === 'dockerfile') return toSourceFile(found.name, undefined, found.content)
  await found.context[Symbol.asyncDispose]()
  return badRequest(`--file ${url} is an archive and no Dockerfile`, 'Name it as the context.')
}

async function refuseWithout(
  named: string | undefined,
  folder: string | undefined,
  tree: SourceTree,
  job: Job,
): Promise<never> {
  const root = await tree.lookup('/', { followLast: true }, job)
  const entries = root === undefined ? [] : await tree.children(root, job)
  const files = entries.filter(({ kind }) => kind === 'file').map(({ path }) => path.slice(1))
  const other =
    named === undefined
      ? files.find((name) => /(?:docker|container)file(?!.*ignore$)/i.test(name))
      : nearest(named, files)
  const meant = other === undefined || folder === undefined ? other : join(folder, other)
  return badRequest(
    `${tree.title} has no ${named ?? 'Dockerfile'}`,
    meant === undefined ? 'Name it with --file.' : `Did you mean --file ${meant}?`,
  )
}
