import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { DecideInput } from '../decide-input.ts'
import type { AppLanguage, Facts, FileTrait } from '../facts.ts'
import { createAppFiles, type AppFiles } from './app-files.ts'
import { isManyPrograms, isShell } from './dropped.ts'
import { languageOfProgram } from './languages.ts'
import { createPathTest } from './patterns.ts'
import { Reach } from './reach.ts'
import { specificationPattern } from './ruby/gems.ts'
import { runtimeParts, type RuntimePart } from './runtimes.ts'
import { processSettings, type ProcessSettings } from './settings.ts'
import { systemParts } from './system.ts'
import { findProgram, findWay, foldersAbove } from './way.ts'

/** What stays, as far as is known: to be settled, and asked for more, until there is none. */
export interface Keeping {
  readonly reach: Reach
  readonly entries: readonly FileEntry[]
  readonly appFiles: AppFiles
  /** Follows all needs, also those of the system and of languages that only what is kept by now tells of. */
  settle(): void
}

/**
 * What is there, and not needed: setuptools puts itself into every start of Python to watch for an old module, every Java looks at what
 * others, such as those of the build, have left of their counters, and RubyGems reads all gemspecs: one stays with its gem, or with what
 * depends on it.
 */
const isUninvited = (path: string): boolean =>
  /\/(?:distutils-precedence\.pth$|_distutils_hack\/)|^\/tmp\/hsperfdata_[^/]+(?:\/|$)/.test(path) ||
  specificationPattern.test(path)

/** Begins with what was seen, what the user and the proof ask for, and the app's own files. */
export function startKeeping(facts: Facts, input: DecideInput, entries: readonly FileEntry[]): Keeping {
  const settings = processSettings(facts.config.config)
  const isAsked = createPathTest(input.keep)
  const isExcluded = createPathTest(input.exclude)
  const isLost = (path: string): boolean => isExcluded(path) && !isAsked(path) && !input.repairs.has(path)
  const reach = new Reach(facts, isLost)
  const appFiles = createAppFiles(facts, settings, input.baseLayers, entries)
  keepSeen(facts, input, settings, reach)
  for (const [path, reason] of input.repairs) reach.keep(path, 'repaired', reason)
  if (input.keep.length > 0) for (const { path } of entries) if (isAsked(path)) keepAsked(reach, facts, path)
  // First what was seen, with all that it needs: that is the better reason.
  reach.settle()
  for (const entry of entries) {
    const verdict = appFiles.verdict(entry)
    if (verdict?.isKept === true) {
      if (entry.kind === 'symbolic-link') reach.keepItself(entry.path, 'app', verdict.detail)
      else reach.keep(entry.path, 'app', verdict.detail)
    }
  }
  const parts = runtimeParts(facts, entries, input.executed)
  const settle = (): void => {
    let before = -1
    while (before !== reach.kept.size) {
      before = reach.kept.size
      reach.settle()
      keepRuntimes(facts, parts, reach)
      keepSystem(facts, input, settings, reach)
      reach.settle()
    }
  }
  return { reach, entries, appFiles, settle }
}

function keepAsked(reach: Reach, { tree }: Facts, path: string): void {
  if (tree.get(path)?.kind === 'symbolic-link') reach.keepItself(path, 'asked', '')
  reach.keep(path, 'asked', '')
}

function keepSeen(facts: Facts, input: DecideInput, settings: ProcessSettings, reach: Reach): void {
  const { tree } = facts
  const lostShell = shellOfForm(facts, input, settings)
  const shell = findWay(tree, '/bin/sh').target?.path
  for (const path of [...input.executed].toSorted()) {
    if (path === lostShell) continue
    reach.keep(path, 'executed', '')
    // system(3) and its like call it so, and only where it really lies was seen.
    if (path === shell && isShell(path) && !isManyPrograms(path)) reach.keep('/bin/sh', 'executed', '')
  }
  const [first] = input.command
  const program =
    first === undefined ? undefined : findProgram(tree, first, settings.searchPath, settings.workingDirectory)
  if (program !== undefined) reach.keep(program, 'executed', 'starts the app')
  for (const word of input.command.slice(1)) {
    const path = posix.resolve(settings.workingDirectory, word)
    if (!word.startsWith('-') && findWay(tree, path).target?.kind === 'file')
      reach.keep(path, 'executed', 'is named by the command')
  }
  for (const path of [...input.opened].toSorted()) {
    if (path !== lostShell && !isUninvited(path)) reach.keep(path, 'read', '')
  }
  keepFolderLinks(tree, reach)
  reach.keep(settings.workingDirectory, 'app', 'the working directory')
  for (const volume of Object.keys(facts.config.config?.Volumes ?? {})) reach.keep(volume, 'app', 'a volume')
  const home = settings.environment.get('HOME')
  if (home !== undefined) reach.keep(home, 'system', 'the home of the user')
  for (const path of input.written) {
    const folder = [...foldersAbove(path)].find(
      (each) => tree.get(each)?.kind === 'directory' && !isTemporary.test(each),
    )
    if (folder !== undefined) reach.keep(folder, 'app', 'the app writes here')
  }
}

/** What a RUN has left there is nothing that an app counts on, such as Java's folder of what runs. */
const isTemporary = /^\/(?:var\/)?tmp\/./

/**
 * What is seen of an opened file is where it really lies: a link to its folder, by which it may have been found, does not show. Links to folders
 * that every system has, such as `/bin`, count only where a path has them.
 */
function keepFolderLinks(tree: FileTree, reach: Reach): void {
  const folders = new Set([...reach.kept.keys()].flatMap((path) => [...foldersAbove(path)]))
  for (const { path, kind } of tree.entries()) {
    if (kind !== 'symbolic-link') continue
    const { target } = findWay(tree, path)
    if (target?.kind !== 'directory' || !folders.has(target.path) || !/^(?:\/[^/]+){3}/.test(target.path)) continue
    reach.keepItself(path, 'way', `leads to ${target.path}`)
  }
}

/** The shell that only the form of the command started, where the after image is started without one. */
function shellOfForm({ tree }: Facts, { command }: DecideInput, settings: ProcessSettings): string | undefined {
  const [shell, option] = settings.command
  if (shell === undefined || option !== '-c' || command[0] === shell) return undefined
  const program = findProgram(tree, shell, settings.searchPath, settings.workingDirectory)
  const path = program === undefined ? undefined : findWay(tree, program).target?.path
  return path !== undefined && (isShell(path) || isManyPrograms(path)) ? path : undefined
}

function keepRuntimes(facts: Facts, parts: readonly RuntimePart[], reach: Reach): void {
  const languages = new Set<AppLanguage>(facts.languages)
  for (const path of reach.kept.keys()) {
    const language = /\/bin\/[^/]+$/.test(path) ? languageOfProgram(path) : undefined
    if (language !== undefined) languages.add(language)
  }
  for (const { language, folder, title, without } of parts) {
    if (!languages.has(language) || (language === 'python' && !isUsed(reach, folder))) continue
    for (const { path, kind } of facts.tree.entries(folder)) {
      if (kind !== 'directory' && !without.test(path.slice(folder.length + 1)))
        reach.keep(path, 'needed', `part of ${title}`)
    }
  }
}

function isUsed(reach: Reach, folder: string): boolean {
  return reach.kept.keys().some((path) => path.startsWith(`${folder}/`))
}

function keepSystem(facts: Facts, input: DecideInput, settings: ProcessSettings, reach: Reach): void {
  const traits = new Set<FileTrait>()
  for (const path of reach.kept.keys()) for (const trait of facts.files.get(path)?.traits ?? []) traits.add(trait)
  for (const { path, detail, isWhole } of systemParts(facts, settings, traits, input.opened)) {
    if (!reach.keep(path, 'system', detail) || !isWhole) continue
    const folder = findWay(facts.tree, path).target?.path ?? path
    for (const entry of facts.tree.entries(folder)) {
      if (/\/zoneinfo\/(?:right|posix)\//.test(entry.path)) continue
      if (entry.kind === 'symbolic-link') reach.keepItself(entry.path, 'system', detail)
      reach.keep(entry.path, 'system', detail)
    }
  }
  if (traits.has('iconv')) keepConverters(facts, input, reach)
}

/** The character sets that are met outside of their countries, and the table in which libc finds them. */
const commonConverters =
  /\/gconv\/(?:gconv-modules(?:\.cache|\.d\/.*)?|(?:UTF-\d+|UNICODE|UTF-7|ISO8859-(?:1|2|15)|CP125[0-2])\.so)$/

/** Modules of iconv: all of them for an app that converts, the common ones where only libraries of the system do. */
function keepConverters(facts: Facts, input: DecideInput, reach: Reach): void {
  const isApps = [...reach.kept.keys()].some((path) => {
    if (facts.files.get(path)?.traits.includes('iconv') !== true) return false
    return (facts.tree.get(path)?.layer ?? 0) >= input.baseLayers && input.baseLayers > 0
  })
  for (const folder of gconvFolders(facts)) {
    for (const { path, kind } of facts.tree.entries(folder)) {
      if (kind !== 'directory' && (isApps || commonConverters.test(path)))
        reach.keep(path, 'system', 'converts character sets')
    }
  }
}

function gconvFolders({ tree }: Facts): readonly string[] {
  const libraries = ['/usr/lib', '/usr/lib64', '/lib', '/lib64'].flatMap((path) => {
    const folder = findWay(tree, path).target
    return folder?.kind === 'directory'
      ? [folder.path, ...[...tree.children(folder.path)].map((entry) => entry.path)]
      : []
  })
  return [...new Set(libraries)]
    .map((folder) => `${folder}/gconv`)
    .filter((folder) => tree.get(folder)?.kind === 'directory')
}
