import { readFile } from 'node:fs/promises'
import type { NamedContext } from '../build/build-request.ts'
import type { BuildMaterial } from '../build/built-image.ts'
import { contextName } from '../build/context-name.ts'
import { BuildError } from '../build/errors.ts'
import { openContext, readContextFile, type ContextOptions, type OpenContext } from '../build/open-context.ts'
import type { SourceTree } from '../build/source-tree.ts'
import { formatDiagnostic } from '../dockerfile/format-diagnostic.ts'
import { parseIgnoreFile, type IgnorePattern } from '../dockerfile/ignore-file.ts'
import { parseReference } from '../image/reference.ts'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import { ToolchainError, badRequest } from './errors.ts'
import { toSourceFile, type SourceFile } from './source-file.ts'
import { findDockerfile } from './opening/dockerfile-source.ts'
import { layoutPrefix } from './image-resolver.ts'
import { standardInput } from './opening/standard-input.ts'

/** Where a build reads from. */
export interface OpenedContext {
  readonly dockerfile: SourceFile
  /** Undefined where there is a Dockerfile and nothing else. */
  readonly tree: SourceTree | undefined
  /** The folder of this machine that the context is. */
  readonly folder: string | undefined
  /** When the commit that the context is was made, in seconds since 1970. */
  readonly commitSeconds: number | undefined
  /** What provenance says of a context that was fetched. */
  readonly material: BuildMaterial | undefined
}

/** What opening contexts takes. What is opened is closed by `opened`. */
export interface ContextSurroundings {
  /** One of them, BUILDKIT_CONTEXT_KEEP_GIT_DIR, is about contexts. */
  readonly buildArguments: ReadonlyMap<string, string>
  /** Of the build cache. */
  readonly cacheDirectory: string
  readonly environment: NodeJS.ProcessEnv
  readonly secrets: ContextOptions['secrets']
  readonly sshAgents: ContextOptions['sshAgents']
  readonly opened: AsyncDisposableStack
  readonly job: Job
}

/**
 * Opens the build context that the line names, and finds the Dockerfile in it or beside it.
 */
export async function openBuildContext(
  word: string,
  file: string | undefined,
  surroundings: ContextSurroundings,
): Promise<OpenedContext> {
  const { job, opened } = surroundings
  if (word === '-' && file === '-') {
    badRequest('standard input cannot be both the context and the Dockerfile', 'Leave out --file, or name a folder.')
  }
  const options = contextOptions('the build context', surroundings)
  const found = await openContext(word, options, job)
  if (found.kind === 'dockerfile') {
    if (file !== undefined) badRequest(`${found.name} is a Dockerfile already`, 'Leave out --file, or name a folder.')
    const name = word === '-' ? '<stdin>' : found.name
    const dockerfile = toSourceFile(name, undefined, found.content)
    return { dockerfile, tree: undefined, folder: undefined, commitSeconds: undefined, material: undefined }
  }
  const context = opened.use(found.context)
  const { folder, commitSeconds, material } = context
  const whole = await context.tree([], job)
  const dockerfile = await findDockerfile(file, context, whole, options, job)
  const tree = await withoutIgnored(context, whole, dockerfile, file, job)
  return { dockerfile, tree, folder, commitSeconds, material }
}

function contextOptions(
  title: string,
  { cacheDirectory, environment, secrets, sshAgents, buildArguments, job }: ContextSurroundings,
): ContextOptions {
  const keepsGitDirectory = /^(?:1|t|true)$/i.test(buildArguments.get('BUILDKIT_CONTEXT_KEEP_GIT_DIR') ?? '')
  const access = { environment, secrets, sshAgents }
  return { title, cacheDirectory, ...access, keepsGitDirectory, standardInput: standardInput(job.signal) }
}

/** `NAME.dockerignore` beside the Dockerfile counts before that of the context. */
async function withoutIgnored(
  context: OpenContext,
  whole: SourceTree,
  dockerfile: SourceFile | undefined,
  file: string | undefined,
  job: Job,
): Promise<SourceTree> {
  const own = dockerfile === undefined ? undefined : await ownIgnoreFile(context, whole, dockerfile, file, job)
  const inContext = own ?? (await readContextFile('.dockerignore', whole, job))
  if (inContext === undefined) return whole
  const name = own === undefined ? '.dockerignore' : `${dockerfile?.name ?? ''}.dockerignore`
  const patterns = ignorePatterns(name, Buffer.from(inContext).toString('utf8'))
  return patterns.length === 0 ? whole : await context.tree(patterns, job)
}

async function ownIgnoreFile(
  { folder }: OpenContext,
  whole: SourceTree,
  { path }: SourceFile,
  file: string | undefined,
  job: Job,
): Promise<Uint8Array | undefined> {
  if (folder === undefined) {
    return file === '-' ? undefined : await readContextFile(`${file ?? 'Dockerfile'}.dockerignore`, whole, job)
  }
  if (path === undefined) return undefined
  if (file === undefined) return await readContextFile(`${path.replace(/.*\//, '')}.dockerignore`, whole, job)
  try {
    return await readFile(`${path}.dockerignore`)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw new ToolchainError('file-unreadable', `cannot read ${path}.dockerignore: ${errorMessage(error)}`, {
      cause: error,
    })
  }
}

function ignorePatterns(name: string, text: string): readonly IgnorePattern[] {
  const { patterns, diagnostics } = parseIgnoreFile(text)
  const [first] = diagnostics
  if (first !== undefined) badRequest(`${name} cannot be used\n${formatDiagnostic(text, name, first)}`)
  return patterns
}

/** Further contexts, by the form of the names in which they are compared. */
export async function openNamedContexts(
  named: ReadonlyMap<string, string>,
  surroundings: ContextSurroundings,
): Promise<ReadonlyMap<string, NamedContext>> {
  const contexts = new Map<string, NamedContext>()
  for (const [name, place] of named) {
    contexts.set(contextName(name), await openNamedContext(name, place, surroundings))
  }
  return contexts
}

async function openNamedContext(name: string, value: string, surroundings: ContextSurroundings): Promise<NamedContext> {
  const { job, opened } = surroundings
  const [, image] = /^docker-image:\/\/(.*)$/.exec(value) ?? []
  if (image !== undefined) {
    parseReference(image)
    return { kind: 'image', reference: image }
  }
  if (value.startsWith(layoutPrefix)) return { kind: 'image', reference: value }
  const options = contextOptions(`the build context ${name}`, surroundings)
  const found = await openContext(value, options, job)
  if (found.kind === 'dockerfile') {
    throw new BuildError('bad-build-option', `--build-context ${name}=${value}: it is no archive`)
  }
  const context = opened.use(found.context)
  const whole = await context.tree([], job)
  const isFolder = context.folder !== undefined
  return { kind: 'tree', tree: isFolder ? await withoutIgnored(context, whole, undefined, undefined, job) : whole }
}
