import { posix } from 'node:path'
import type { CopyPlan, PlannedDirectory, PlannedRemoval } from '../copy-plan.ts'
import { chunkCommands, chunkWords } from './argument-limit.ts'
import { runLines, type Layout } from './layout.ts'
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
  const commands: (readonly string[])[] = removals.flatMap(removalCommands)
  commands.push(...onAll('chmod ug-s', unprivileged), ...onAll(`chown -R ${owner.uid}:${owner.gid}`, owned))
  const comment =
    removals.length > 0
      ? 'Tests, documentation and what else the app does not use'
      : 'Rights that the app does not need, or needs'
  return { title: 'remove what the app does not use', comment, lines: runs(commands, layout) }
}

function removalCommands({
  directory,
  names,
  exceptions,
  paths,
  prefixes,
}: PlannedRemoval): readonly (readonly string[])[] {
  const finds = chunkWords(names.map(quoteForShell)).map((chunk) => {
    const tests = chunk.map((name, index) => `${index === 0 ? '' : '-o '}-name ${name}`)
    const expression = tests.length === 1 ? tests : ['\\(', ...tests, '\\)']
    const others = exceptions.map((path) => `! -path ${quoteForShell(path)}`)
    return ['find', quoteForShell(directory), ...expression, ...others, '-prune -exec rm -rf {} +']
  })
  const folders = Map.groupBy(paths, (path) => posix.dirname(path))
  const isCrowded = (folder: string): boolean => (folders.get(folder)?.length ?? 0) >= namesPerFolderMin
  const single = paths.filter((path) => !isCrowded(posix.dirname(path)))
  const crowded = [...folders].flatMap(([folder, inFolder]) => (isCrowded(folder) ? removalsIn(folder, inFolder) : []))
  const words = [...single.map(quoteForShell), ...prefixes.map((path) => `${quoteForShell(path)}*`)].toSorted()
  return [...finds, ...chunkWords(words).map((chunk) => ['rm -rf', ...chunk]), ...crowded]
}

/** Of so many paths in one folder only the names are written. */
const namesPerFolderMin = 12

/** `(cd FOLDER && rm -rf -- NAME NAME …)`, with as many names in a line as have room. */
function removalsIn(folder: string, paths: readonly string[]): readonly (readonly string[])[] {
  const names = paths.map((path) => quoteForShell(posix.basename(path)))
  return chunkWords(names).map((chunk) => {
    const lines = fill(chunk)
    const closed = [...lines.slice(0, -1), `${lines.at(-1) ?? ''})`]
    return [`(cd ${quoteForShell(folder)} && rm -rf --`, ...closed]
  })
}

/** A command on many paths, as several where one would be too long. */
function onAll(command: string, paths: readonly string[]): readonly (readonly string[])[] {
  return chunkWords(paths.map(quoteForShell)).map((chunk) => [command, ...chunk])
}

function runs(commands: readonly (readonly string[])[], layout: Layout): readonly string[] {
  return chunkCommands(commands).flatMap((group) => runLines(group, layout))
}

function gathering({ gathered, directories }: CopyPlan, { folder }: TrimmedNames, layout: Layout): WrittenPart {
  const inFolder = (path: string): string => quoteForShell(path === '/' ? `${folder}/` : folder + path)
  const made = new Set([...gathered.map(({ directory }) => directory), ...directories.map(({ path }) => path)])
  const commands: (readonly string[])[] = [
    ['mkdir -p', ...deepest([...made].map((path) => (path === '/' ? folder : folder + path))).map(quoteForShell)],
  ]
  for (const { directory, paths } of gathered) {
    const target = inFolder(directory === '/' ? '/' : `${directory}/`)
    commands.push(...onAll('cp -a', paths).map((words) => [...words, target]))
  }
  for (const [owner, paths] of grouped(directories, ({ uid, gid }) =>
    uid === 0 && gid === 0 ? '' : `${uid}:${gid}`,
  )) {
    commands.push([`chown ${owner}`, ...paths.map(inFolder)])
  }
  for (const [mode, paths] of grouped(directories, (each) => (each.mode === 0o755 ? '' : each.mode.toString(8)))) {
    commands.push([`chmod ${mode}`, ...paths.map(inFolder)])
  }
  const hasLinks = gathered.length > 0
  const comment = hasLinks
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
function dpkgCommands(packages: readonly string[], folder: string): readonly (readonly string[])[] {
  const loop = `do dpkg-query --status "$name" > "${folder}/$name" || exit 1; done`
  const [first = '', ...more] = fill(packages)
  const lines = [`for name in ${first}`, ...more]
  lines[lines.length - 1] += ';'
  return [[`mkdir -p ${folder}`], [...lines, loop]]
}

/** The paragraphs of some packages (Alpine's wiki, "Apk spec", "Installed Database V2"). */
function apkCommands(packages: readonly string[], list: string, target: string): readonly (readonly string[])[] {
  const names = packages.map((name) => name.replaceAll(/[.+*?^$()[\]{}|\\]/g, '[$&]')).join('|')
  const script = `'BEGIN { RS = ""; ORS = "\\n\\n" } $0 "\\n" ~ /(^|\\n)P:(${names})\\n/'`
  return [[`mkdir -p ${target.slice(0, target.lastIndexOf('/'))}`], [`awk ${script}`, `${list} > ${target}`]]
}

/** Names in as few lines as have room for them. */
function fill(names: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const name of names) {
    const last = lines.at(-1)
    if (last === undefined || last.length + name.length > 90) lines.push(name)
    else lines[lines.length - 1] = `${last} ${name}`
  }
  return lines
}
