import { posix } from 'node:path'
import type { CopyPlan, PlannedDirectory, PlannedRemoval } from '../copy-plan.ts'
import { chunkCommands, chunkWords } from './argument-limit.ts'
import { runLines, type Layout, type RunCommand } from './layout.ts'
import { quoteForShell } from './quote.ts'
import type { WrittenPart } from './written-part.ts'

/** What the stage is called, and where. */
export interface TrimmedNames {
  readonly origin: string
  readonly stage: string
  /** Where links and the like are gathered: `/slim`. */
  readonly folder: string
}

/** Whether a plan takes a stage in which something is changed. */
export function needsTrimmedStage(plan: CopyPlan): boolean {
  return changesFiles(plan) || gathersFiles(plan)
}

/** Whether a plan brings nothing. */
export function isEmptyPlan(plan: CopyPlan): boolean {
  return plan.copies.length === 0 && !needsTrimmedStage(plan)
}

/** Whether a plan gathers files in a folder. */
export function gathersFiles({ gathered, directories, metadata }: CopyPlan): boolean {
  return gathered.length + directories.length + metadata.dpkg.length > 0 || metadata.apk !== undefined
}

function changesFiles({ removals, unprivileged, owned }: CopyPlan): boolean {
  return removals.length + unprivileged.length + owned.length > 0
}

/** The stage between what was built and what is shipped. */
export function trimmedStage(
  plan: CopyPlan,
  names: TrimmedNames,
  { isRoot, hasOwnShell }: { readonly isRoot: boolean; readonly hasOwnShell: boolean },
  layout: Layout,
): readonly WrittenPart[] {
  const begin: string[] = [`FROM ${names.origin} AS ${names.stage}`]
  if (!isRoot) begin.push('USER 0:0')
  if (hasOwnShell) begin.push('SHELL ["/bin/sh", "-c"]')
  const parts: WrittenPart[] = []
  if (changesFiles(plan)) parts.push(changes(plan, layout))
  if (plan.gathered.length + plan.directories.length > 0) parts.push(gathering(plan, names, layout))
  parts.push(...metadataParts(plan, names, layout))
  const [only, ...others] = parts
  const title = 'add a stage that prepares files'
  if (only !== undefined && others.length === 0) {
    return [{ title, comment: only.comment, lines: [...begin, ...only.lines] }]
  }
  return [{ title, comment: 'Prepares what is shipped', lines: begin }, ...parts]
}

function changes({ removals, unprivileged, owned, owner }: CopyPlan, layout: Layout): WrittenPart {
  const commands: RunCommand[] = removals.flatMap(removalCommands)
  commands.push(...onAll('chmod ug-s', unprivileged), ...onAll(`chown -R ${owner.uid}:${owner.gid}`, owned))
  const comment =
    removals.length > 0
      ? 'Tests, documentation and what else the app does not use'
      : 'Rights that the app does not need, or needs'
  return { title: 'remove what the app does not use', comment, lines: runs(commands, layout) }
}

function removalCommands({ directory, names, exceptions, paths, prefixes }: PlannedRemoval): readonly RunCommand[] {
  const others = exceptions.map((each) => `! -${each.startsWith('/') ? 'path' : 'name'} ${quoteForShell(each)}`)
  const finds = chunkWords(names.map(quoteForShell)).map((chunk): RunCommand => {
    const tests = chunk.map((name, index) => `${index === 0 ? '' : '-o '}-name ${name}`)
    const expression = tests.length === 1 ? tests : ['\\(', ...tests, '\\)']
    const words = [quoteForShell(directory), ...expression, ...others]
    return { begin: 'find', words, destination: '-prune -exec rm -rf {} +' }
  })
  const folders = Map.groupBy(paths, (path) => posix.dirname(path))
  const isCrowded = (folder: string): boolean => (folders.get(folder)?.length ?? 0) >= namesPerFolderMin
  const single = paths.filter((path) => !isCrowded(posix.dirname(path)))
  const crowded = [...folders].flatMap(([folder, inFolder]) => (isCrowded(folder) ? removalsIn(folder, inFolder) : []))
  const words = [...single.map(quoteForShell), ...prefixes.map((path) => `${quoteForShell(path)}*`)].toSorted()
  return [...finds, ...chunkWords(words).map((chunk) => ({ begin: 'rm -rf', words: chunk })), ...crowded]
}

/** Of so many paths in one folder only the names are written. */
const namesPerFolderMin = 4

/** `(cd FOLDER && rm -rf -- NAME NAME …)` */
function removalsIn(folder: string, paths: readonly string[]): readonly RunCommand[] {
  const names = paths.map((path) => quoteForShell(posix.basename(path)))
  return chunkWords(names).map((chunk) => ({
    begin: `(cd ${quoteForShell(folder)} && rm -rf --`,
    words: [...chunk.slice(0, -1), `${chunk.at(-1) ?? ''})`],
  }))
}

/** A command on many paths, as several where one would be too long. */
function onAll(begin: string, paths: readonly string[], destination?: string): readonly RunCommand[] {
  const to = destination === undefined ? {} : { destination }
  return chunkWords(paths.map(quoteForShell)).map((words) => ({ begin, words, ...to }))
}

function runs(commands: readonly RunCommand[], layout: Layout): readonly string[] {
  return chunkCommands(commands).flatMap((group) => runLines(group, layout))
}

/** `cp --parents` makes the folders on the way, with the rights that they have: GNU's cp(1) and busybox' know it. */
function gathering({ gathered, directories }: CopyPlan, { folder }: TrimmedNames, layout: Layout): WrittenPart {
  const inFolder = (path: string): string => quoteForShell(path === '/' ? `${folder}/` : folder + path)
  const made = deepest([folder, ...directories.map(({ path }) => folder + path)])
  const paths = gathered.flatMap((each) => each.paths).toSorted()
  const commands: RunCommand[] = [
    { begin: 'mkdir -p', words: made.map(quoteForShell) },
    ...onAll('cp -a --parents', paths, `${folder}/`),
  ]
  for (const [owner, owned] of grouped(directories, ({ uid, gid }) =>
    uid === 0 && gid === 0 ? '' : `${uid}:${gid}`,
  )) {
    commands.push({ begin: `chown ${owner}`, words: owned.map(inFolder) })
  }
  for (const [mode, changed] of grouped(directories, (each) => (each.mode === 0o755 ? '' : each.mode.toString(8)))) {
    commands.push({ begin: `chmod ${mode}`, words: changed.map(inFolder) })
  }
  const comment =
    paths.length > 0
      ? 'Links, which COPY would follow, and small files, in one layer'
      : 'Folders with rights of their own'
  return { title: 'gather links and folders', comment, lines: runs(commands, layout) }
}

/** Without those that others lie in. */
function deepest(paths: readonly string[]): readonly string[] {
  const sorted = paths.toSorted()
  return sorted.filter((path, index) => !(sorted[index + 1] ?? '').startsWith(`${path}/`))
}

function grouped(
  directories: readonly PlannedDirectory[],
  keyOf: (directory: PlannedDirectory) => string,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>()
  for (const each of directories) {
    const key = keyOf(each)
    if (key !== '') groups.set(key, [...new Set([...(groups.get(key) ?? []), each.path])])
  }
  return groups
}

function metadataParts({ metadata }: CopyPlan, { folder }: TrimmedNames, layout: Layout): readonly WrittenPart[] {
  const comment = 'What scanners look for: the packages of which files are shipped'
  const title = 'keep the metadata of packages'
  const { dpkg, apk } = metadata
  const written = [
    ...(dpkg.length === 0 ? [] : [dpkgCommands(dpkg, `${folder}/var/lib/dpkg/status.d`)]),
    ...(apk === undefined ? [] : [apkCommands(apk.packages, apk.list, folder + apk.list)]),
  ]
  return written.map((commands) => ({ title, comment, lines: runLines(commands, layout) }))
}

/** A file for each package, as distroless images have them. */
function dpkgCommands(packages: readonly string[], folder: string): readonly RunCommand[] {
  const last = packages.length - 1
  const words = packages.map((name, index) => (index === last ? `${name};` : name))
  const destination = `do dpkg-query --status "$name" > "${folder}/$name" || exit 1; done`
  return [
    { begin: `mkdir -p ${folder}`, words: [] },
    { begin: 'for name in', words, destination },
  ]
}

/** The paragraphs of some packages (Alpine's wiki, "Apk spec", "Installed Database V2"). */
function apkCommands(packages: readonly string[], list: string, target: string): readonly RunCommand[] {
  const names = packages.map((name) => name.replaceAll(/[.+*?^$()[\]{}|\\]/g, '[$&]')).join('|')
  const script = `'BEGIN { RS = ""; ORS = "\\n\\n" } $0 "\\n" ~ /(^|\\n)P:(${names})\\n/'`
  return [
    { begin: `mkdir -p ${target.slice(0, target.lastIndexOf('/'))}`, words: [] },
    { begin: `awk ${script}`, words: [`${list} > ${target}`] },
  ]
}
