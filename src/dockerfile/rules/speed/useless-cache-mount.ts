import type { EvaluatedMount } from '../../evaluated.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { removeCommand } from '../edits/remove-command.ts'
import { removeWords } from '../edits/remove-word.ts'
import { fixOf } from '../edits/replace-text.ts'
import { visitBuiltRuns, type BuiltRun } from '../facts/built-runs.ts'
import { runCommands } from '../facts/built-steps.ts'
import { cacheFolder } from '../facts/cache-uses.ts'
import { clearsFolder, homely, isMountedAway, removedPaths } from '../facts/cleared-folders.ts'
import { findOption } from '../facts/command-options.ts'
import { dependencyCommand } from '../facts/dependency-commands.ts'
import { cachingTools, cleansDownloads } from '../facts/download-caches.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { KnownVariable } from '../facts/shipped-steps.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import { cacheVariables, toolCaches, type ToolWithCache } from '../facts/tool-caches.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir …`: the mount stays empty. */
export const uselessCacheMount: Rule = {
  name: 'UselessCacheMount',
  category: 'speed',
  severity: 'warning',
  summary: 'a cache is mounted, and then emptied or not used',
  check(file, report) {
    const keepsPackages = stagesThatKeepPackages(file)
    visitBuiltRuns(file, cacheVariables, (built, variable) => {
      const mounts = built.run.mounts.filter(({ type, target }) => type === 'cache' && target !== undefined)
      if (mounts.length === 0) return
      for (const [at, command] of built.commands.entries()) {
        if (command.isConditional) continue
        const found = unused(file, mounts, command, variable) ?? emptied(file, built, mounts, at, command)
        if (found !== undefined) report(found)
      }
      const found = keepsPackages.has(built.stage) ? undefined : emptiedByApt(built, mounts)
      if (found !== undefined) report(found)
    })
  },
}

/** Options that make a tool use no cache at all. */
const offOptions: { readonly [Tool in ToolWithCache]?: readonly string[] } = {
  pip: ['--no-cache-dir'],
  uv: ['--no-cache', '-n'],
  poetry: ['--no-cache'],
  composer: ['--no-cache'],
  bun: ['--no-cache'],
}

function unused(
  { document }: RuleInput,
  mounts: readonly EvaluatedMount[],
  command: ShellCommand,
  variable: KnownVariable,
): FoundProblem | undefined {
  const asked = dependencyCommand(command)
  if (asked === undefined || asked.tool === 'gem' || asked.tool === 'conda') return undefined
  const option = findOption(asked, ...(offOptions[asked.tool] ?? []))
  const { folders } = toolCaches[asked.tool]
  const mount = mounts.find((each) =>
    folders.some((choice) => {
      const path = cacheFolder(choice, variable, { path: '~', ids: { user: -1, group: -1 } })
      return path !== undefined && isMountedAway([each], path)
    }),
  )
  if (option === undefined || option.word.value !== option.name || mount === undefined) return undefined
  return {
    message: `${asked.tool} is told not to use the cache that is mounted for it`,
    range: option.word.range,
    cost: 'The mount stays empty, and everything is downloaded again each time.',
    hint: `Leave ${option.name} out: what is in the mount is no part of the image.`,
    related: [{ message: 'the mount', range: mount.flag.range }],
    ...fixOf(`remove ${option.name}`, 'safe', [removeWords(document, [option.word])]),
  }
}

function emptied(
  { document }: RuleInput,
  { commands }: BuiltRun,
  mounts: readonly EvaluatedMount[],
  at: number,
  command: ShellCommand,
): FoundProblem | undefined {
  const mount = mounts.find((each) => empties(command, each))
  if (mount === undefined) return undefined
  const removed = removedPaths(command)
  const isNothingElse = removed.every(({ path }) => isMountedAway(mounts, path.replace(/\/\*$/, '')))
  const isFolder = removed.some(({ path }) => path.replace(/\/$/, '') === homely(mount.target ?? ''))
  return {
    message: 'the cache that is mounted is emptied again',
    range: command.range,
    cost: isFolder
      ? 'Nothing is there for the next build, and rm fails, as a folder that is mounted cannot be removed.'
      : 'Nothing is there for the next build, which downloads everything again.',
    hint: 'Leave it out: what is in the mount is no part of the image.',
    related: [{ message: 'the mount', range: mount.flag.range }],
    ...(isNothingElse ? fixOf('do not empty it', 'safe', [removeCommand(document, commands, at)]) : {}),
  }
}

function empties(command: ShellCommand, mount: EvaluatedMount): boolean {
  const { target = '' } = mount
  const asked = packageCommand(command)
  const has = (folder: string): boolean => isMountedAway([mount], folder)
  if (asked?.action === 'clean') {
    if (asked.manager === 'apt') return has('/var/cache/apt/archives')
    if (asked.manager === 'dnf') return has('/var/cache/dnf') || has('/var/cache/yum') || has('/var/cache/libdnf5')
  }
  if (command.program === 'rm' || command.program === 'find') {
    return clearsFolder(command, target) || (has('/var/lib/apt/lists') && clearsFolder(command, '/var/lib/apt/lists'))
  }
  return cachingTools.some(
    (tool) =>
      cleansDownloads(command, tool) && tool !== 'gem' && tool !== 'conda' && toolCaches[tool].mention.test(target),
  )
}

/** Images of Debian and Ubuntu have a setting that removes packages when they are installed. */
function emptiedByApt({ stage, commands }: BuiltRun, mounts: readonly EvaluatedMount[]): FoundProblem | undefined {
  if (stage.base.packageManager !== 'apt') return undefined
  const mount = mounts.find((each) => isMountedAway([each], '/var/cache/apt/archives'))
  const install = commands.find((command) => {
    const asked = packageCommand(command)
    return asked?.manager === 'apt' && asked.action === 'install'
  })
  if (mount === undefined || install === undefined) return undefined
  return {
    message: 'apt removes the packages from the cache that is mounted for them',
    range: mount.flag.range,
    severity: 'information',
    cost: 'The images of Debian and Ubuntu tell apt to keep no packages, so they are downloaded again each time.',
    hint: 'Begin with rm -f /etc/apt/apt.conf.d/docker-clean.',
  }
}

/** Stages in which apt was told to keep packages, or in which nobody knows. */
function stagesThatKeepPackages({ stages }: RuleInput): ReadonlySet<StageFacts> {
  const found = new Set<StageFacts>()
  for (const stage of stages) {
    const isTold = stage.steps.some((step) => {
      const { evaluated } = step
      if (evaluated.kind === 'copy' || evaluated.kind === 'add') return /apt/.test(evaluated.destination)
      return runCommands(step).some(({ words, redirections }) =>
        [...words, ...redirections.flatMap(({ target }) => target ?? [])].some(({ value }) =>
          /docker-clean|keep-downloaded-packages|apt\.conf/i.test(value),
        ),
      )
    })
    if (isTold || (stage.parent !== undefined && found.has(stage.parent))) found.add(stage)
  }
  return found
}
