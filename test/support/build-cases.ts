import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  lutimesSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { array, boolean, optional, picklist, record, strictObject, string, type InferOutput } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { prepareFolder, prepareSchema } from './build-prepare.ts'

const folderOfAll = fileURLToPath(new URL('../differential/build/', import.meta.url))

/**
 * When the files of a context were changed, unless a case says otherwise: some time in 2020, and another for each case, since BuildKit
 * takes a file with the path, size and time of an earlier build for the same.
 */
function contextSeconds(name: string): number {
  return 1_577_836_800 + (crc32(name) % 31_536_000)
}

/** `case.json`, where a case needs one. */
const caseSchema = strictObject({
  /** What it is about, where its name does not tell. */
  note: optional(string()),
  target: optional(string()),
  platform: optional(string()),
  arguments: optional(record(string(), string()), () => ({})),
  labels: optional(record(string(), string()), () => ({})),
  /** Their texts by ID. */
  secrets: optional(record(string(), string()), () => ({})),
  /** Names of folders beside the context, which are named contexts. */
  contexts: optional(array(string()), () => []),
  /** Names that stand for images: `alpine` for `localhost/base:1`. */
  images: optional(record(string(), string()), () => ({})),
  allow: optional(array(picklist(['network.host', 'security.insecure'])), () => []),
  /** Whether it gets the argument `URL`, of a server with the files of the context. */
  serves: optional(boolean(), false),
  /** Whether it gets the arguments `GIT`, the URL of a repository, and `COMMIT`, its last commit: see `startCaseRepository`. */
  clones: optional(boolean(), false),
  /** In paths of the context. */
  prepare: optional(array(prepareSchema), () => []),
  /** What else is compared. */
  compares: optional(array(picklist(['times', 'layers'])), () => []),
  /** Whether the build must fail. */
  fails: optional(boolean(), false),
  /** Why it needs the real root user. */
  needsRoot: optional(string()),
})

/** One Dockerfile with what it is built from. */
export interface BuildCase extends InferOutput<typeof caseSchema> {
  readonly name: string
  /** Where its files are kept. */
  readonly folder: string
}

/** All cases in order of their names. */
export function readBuildCases(): readonly BuildCase[] {
  const folder = join(folderOfAll, 'cases')
  return readdirSync(folder)
    .toSorted()
    .map((name) => ({ name, folder: join(folder, name), ...readDescription(join(folder, name, 'case.json')) }))
}

function readDescription(path: string): InferOutput<typeof caseSchema> {
  return parseJson(existsSync(path) ? readFileSync(path) : Buffer.from('{}'), caseSchema, path)
}

/** A case ready to be built, in a folder of its own. */
export interface PreparedCase extends AsyncDisposable {
  /** With the Dockerfile in it. */
  readonly context: string
  /** Folders by the names of contexts. */
  readonly contexts: ReadonlyMap<string, string>
  /** Files by IDs. */
  readonly secrets: ReadonlyMap<string, string>
}

/**
 * Puts a case together: its own context or the one that most share, its Dockerfile, and what git cannot hold. Modes and times
 * do not depend on how the repository was checked out.
 */
export async function prepareCase(each: BuildCase): Promise<PreparedCase> {
  await using owned = new AsyncDisposableStack()
  const { path } = owned.use(await temporaryDirectory())
  const context = join(path, 'context')
  const own = join(each.folder, 'context')
  copy(existsSync(own) ? own : join(folderOfAll, 'context'), context)
  if (!existsSync(own)) await prepareFolder(context, sharedParts)
  for (const name of ['Dockerfile', 'Dockerfile.dockerignore', '.dockerignore']) {
    if (existsSync(join(each.folder, name))) copy(join(each.folder, name), join(context, name))
  }
  const contexts = new Map(each.contexts.map((name) => [name, join(path, name)]))
  for (const [name, folder] of contexts) copy(join(each.folder, name), folder)
  setTimes(Buffer.from(path), contextSeconds(each.name))
  await prepareFolder(
    context,
    each.prepare.filter(({ make }) => make !== 'time'),
  )
  setTimes(Buffer.from(path), contextSeconds(each.name))
  await prepareFolder(
    context,
    each.prepare.filter(({ make }) => make === 'time'),
  )
  const secrets = new Map(Object.keys(each.secrets).map((id) => [id, join(path, `secret-${id}`)]))
  for (const [id, file] of secrets) writeFileSync(file, each.secrets[id] ?? '')
  const moved = owned.move()
  return { context, contexts, secrets, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

/** What the shared context has beside its files. */
const sharedParts = [
  { make: 'directory', path: 'empty' },
  { make: 'symbolic-link', path: 'link-to-a', target: 'a.txt' },
  { make: 'symbolic-link', path: 'link-to-docs', target: 'docs' },
  { make: 'symbolic-link', path: 'docs/up', target: '../a.txt' },
  { make: 'symbolic-link', path: 'dangling', target: 'nowhere' },
] as const

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  setModes(to)
}

function setModes(path: string): void {
  const stats = lstatSync(path)
  if (stats.isSymbolicLink()) return
  chmodSync(path, stats.isDirectory() || (stats.mode & 0o100) !== 0 ? 0o755 : 0o644)
  if (!stats.isDirectory()) return
  for (const name of readdirSync(path)) setModes(join(path, name))
}

function setTimes(folder: Buffer, seconds: number): void {
  for (const name of readdirSync(folder, { encoding: 'buffer' })) {
    const path = Buffer.concat([folder, Buffer.from('/'), name])
    if (lstatSync(path).isDirectory()) setTimes(path, seconds)
    lutimesSync(path, seconds, seconds)
  }
}
