import type { BuildContext } from '../../build-context.ts'
import { isInContext } from './context-files.ts'
import type { ProjectInstall } from './project-installs.ts'

const bytesMax = 200_000

/** What the files of the build context say about installing before the rest of the source is there. */
export interface InstallFiles {
  /** Whether it would fail, or do something else: scripts, local packages, workspaces. */
  readonly needsSource: boolean
  /** The files that it reads, without their folder. */
  readonly names: readonly string[]
}

/**
 * Undefined where the context has no such project.
 *
 * @param folder The folder of the context that the project is in.
 */
export function installFiles(context: BuildContext, folder: string, install: ProjectInstall): InstallFiles | undefined {
  const at = (name: string): string => (folder === '' ? name : `${folder}/${name}`)
  const has = (name: string): boolean => isInContext(context, at(name))
  const { tool, manifest, others } = install
  const choices =
    tool === 'gradle' ? [manifest, 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'] : [manifest]
  const found = choices.find((name) => name === '' || has(name))
  if (found === undefined) return undefined
  const text = found === '' ? '' : (context.read(at(found), bytesMax) ?? '')
  const names = [found, ...others.filter((name) => has(name))]
  if (isPackageManager(tool)) return { needsSource: needsScripts(text) || has('patches') || has('prisma'), names }
  if (tool === 'pip' || tool === 'uv' || tool === 'pipenv') return ofRequirements(context, at, names)
  if (tool === 'go') {
    const isLocal = /(?:=>|^replace\s.*=>)\s*\.{1,2}\//m.test(text)
    const isEmpty = /^go (?:build|install|test|run|vet|generate)$/.test(install.name) && !/^\s*require\b/m.test(text)
    return { needsSource: isLocal || isEmpty || has('go.work') || has('vendor'), names }
  }
  if (tool === 'bundler') {
    const isLocal = /\bpath:|:path\s*=>|\bgemspec\b|eval_gemfile/.test(text)
    return {
      needsSource: isLocal,
      names: [...names, ...['.ruby-version', '.tool-versions'].filter((name) => text.includes(name))],
    }
  }
  if (tool === 'composer') return { needsSource: /"type"\s*:\s*"path"/.test(text), names }
  const isWorkspace = tool === 'cargo' && /^\[workspace\]/m.test(text)
  const hasModules = tool === 'maven' && /<modules>/.test(text)
  const isAlone = tool === 'cargo' && !/^\[(?:[\w.'"()=, -]*\.)?(?:dev-|build-)?dependencies/m.test(text)
  return { needsSource: isWorkspace || hasModules || isAlone, names }
}

function isPackageManager(tool: ProjectInstall['tool']): boolean {
  return tool === 'npm' || tool === 'yarn' || tool === 'pnpm' || tool === 'bun'
}

/** Scripts that run while a package is installed, workspaces, and dependencies in folders of the project. */
function needsScripts(text: string): boolean {
  return /"(?:pre|post)?install"\s*:|"(?:pre|post)?prepare"\s*:|"workspaces"\s*:|"(?:file|link|portal|workspace):/.test(
    text,
  )
}

function ofRequirements(context: BuildContext, at: (name: string) => string, names: readonly string[]): InstallFiles {
  const all = new Set(names)
  for (const name of all) {
    if (all.size > 20) break
    const text = /\.(?:toml|lock)$|^Pipfile/.test(name) ? '' : (context.read(at(name), bytesMax) ?? '')
    if (/^\s*(?:-e\b|--editable\b|\.{1,2}(?:\/|\s|$|\[)|.*\bfile:)/m.test(text)) return { needsSource: true, names }
    for (const [, included = ''] of text.matchAll(/^\s*(?:-r|-c|--requirement|--constraint)[= ]\s*(\S+)/gm)) {
      if (!/^[\w.@+-]+$/.test(included)) return { needsSource: true, names }
      all.add(included)
    }
  }
  return { needsSource: false, names: [...all] }
}
