import { chmod, readdir, readFile, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { insertLinesAfter, applyEdits } from '../../dockerfile/edit.ts'
import { evaluateDockerfile } from '../../dockerfile/evaluate.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import { openFileTree, type FileTree } from '../../filetree/file-tree.ts'
import { configEnvironment, usualSearchPath } from '../../image/config-environment.ts'
import { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { findJavaHome, type JavaHome } from '../java/java-home.ts'
import { modulesToLink, readClassLog, readModuleList, type LoadedClasses } from '../java/java-modules.ts'
import { linkedHome, linkLines } from '../java/link-lines.ts'
import { planForImage } from '../plan-probes.ts'
import { asTask } from './as-task.ts'
import { buildText } from './build-text.ts'
import { chooseLaunch } from './choose-launch.ts'
import { appLaunch, askApp, joinRuns, unrestrained } from './run-app.ts'
import type { Asking, Source } from './situation.ts'

const title = 'link a Java runtime of the modules that the app uses'
const reason = 'most of a Java runtime is what one app never loads'
const logFolder = '/java-class-log'
const logBytesMax = 64 * 1024 * 1024

/**
 * Has the build link a Java runtime of what the app uses, where the image has the kit for it: modules that jdeps(1) finds in its jars, that
 * were loaded while it was asked, and that Java finds by name. Stays as it is where any of that is not known, or the app answers differently.
 */
export async function linkJava(source: Source, asking: Asking, job: Job): Promise<Source> {
  const { request, machinery } = asking
  if (!request.improves) return source
  await using tree = await openFileTree(source.image, machinery.build.layersDirectory, job)
  const { config } = source.image
  const home = await findJavaHome(tree, config, joinRuns(source.runs).accessed.executed)
  if (home === undefined || tree.get(linkedHome) !== undefined || (config.config?.Shell ?? []).length > 0) return source
  const modules = await findModules(home, tree, source, asking, job)
  const available = availableModules(home, tree)
  if (modules === undefined) return leftOut(source, 'what it uses could not be found', job)
  const { text } = source
  const searchPath = configEnvironment(config.config ?? {}).get('PATH') ?? usualSearchPath
  const runtime = { home, searchPath, user: config.config?.User ?? '', available: available.size }
  const lines = linkLines({ ...runtime, modules: modulesToLink(modules, available) })
  const linked = appendToTarget(text, lines, asking)
  try {
    const image = await buildText(linked, request.build.target, request, machinery, job)
    const chosen = await chooseLaunch(image, [], asking, job)
    const isUsed = chosen?.runs.every(({ accessed }) => accessed.executed.has(`${linkedHome}/bin/java`)) === true
    if (chosen === undefined || !isUsed) return leftOut(source, 'the app did not do with it', job)
    return { text: linked, image, improvements: [...source.improvements, { title, reason }], ...chosen }
  } catch (error) {
    job.signal.throwIfAborted()
    if (!(error instanceof OperationError)) throw error
    return leftOut(source, 'it does not build', job)
  }
}

function leftOut(source: Source, why: string, job: Job): Source {
  job.emit({ type: 'notice', level: 'info', message: `left out, since ${why}: ${title}` })
  return source
}

function appendToTarget(text: string, lines: readonly string[], { request }: Asking): string {
  const { document } = parseDockerfile(text)
  const { buildArguments, target } = request.build
  const stage = evaluateDockerfile(document, { buildArguments, target }).target?.stage
  const last = stage?.instructions.at(-1) ?? stage?.from
  return last === undefined ? text : applyEdits(text, [insertLinesAfter(document, last, lines)])
}

function availableModules({ path }: JavaHome, tree: FileTree): ReadonlySet<string> {
  const entries = [...tree.children(posix.join(path, 'jmods'))]
  return new Set(entries.flatMap((entry) => /\/([\w.]+)\.jmod$/.exec(entry.path)?.[1] ?? []))
}

/** Undefined where something of the app cannot be looked into. */
async function findModules(
  home: JavaHome,
  tree: FileTree,
  source: Source,
  asking: Asking,
  job: Job,
): Promise<ReadonlySet<string> | undefined> {
  const loaded = await loadedClasses(source, asking, job)
  if (loaded === undefined || loaded.hasNestedJars) return undefined
  const roots = appPlaces(loaded, joinRuns(source.runs).accessed.opened, home, tree)
  if (roots.length === 0) return undefined
  const words = ['--print-module-deps', '--ignore-missing-deps', '--multi-release', home.version, '--class-path']
  const printed = await toolOutput([`${home.path}/bin/jdeps`, ...words, roots.join(':'), ...roots], source, asking, job)
  const named = printed === undefined ? undefined : readModuleList(printed)
  return named === undefined ? undefined : new Set([...named, ...loaded.modules])
}

/** Jars and folders of classes that were used, and the jars beside them, which may be on another day. */
function appPlaces(
  { places }: LoadedClasses,
  opened: ReadonlySet<string>,
  home: JavaHome,
  tree: FileTree,
): readonly string[] {
  const seen = [...places, ...[...opened].filter((path) => path.endsWith('.jar'))]
  const own = seen.filter((path) => !path.startsWith(`${home.path}/`) && tree.resolve(path) !== undefined)
  const folders = new Set(own.filter((path) => path.endsWith('.jar')).map((path) => posix.dirname(path)))
  const beside = [...folders].flatMap((folder) => [...tree.children(folder)].map(({ path }) => path))
  return [...new Set([...own, ...beside.filter((path) => path.endsWith('.jar'))])].toSorted()
}

/** What was loaded from where while the app was asked, of a virtual machine that shares no classes. */
async function loadedClasses(
  { image }: Source,
  { request, machinery, plan }: Asking,
  job: Job,
): Promise<LoadedClasses | undefined> {
  await using folder = await temporaryDirectory()
  // Whoever the app is.
  await chmod(folder.path, 0o777)
  const launch = appLaunch(request, image, unrestrained)
  const own = launch.environment.get('JAVA_TOOL_OPTIONS') ?? variableOf(image.config.config?.Env, 'JAVA_TOOL_OPTIONS')
  const options = `${own} -Xshare:off -Xlog:class+load=info:file=${logFolder}/%p.log:none:filecount=0`.trim()
  const watched = {
    ...launch,
    environment: new Map([...launch.environment, ['JAVA_TOOL_OPTIONS', options]]),
    mounts: [...launch.mounts, { kind: 'bind' as const, source: folder.path, target: logFolder, isReadOnly: false }],
  }
  const asked = planForImage(plan, image.config)
  const record = await askApp('Asking the app which Java classes it loads', watched, asked, machinery.runner, job)
  if (record.asked.some(({ answer }) => answer.kind === 'none')) return undefined
  return await readLogs(folder.path)
}

async function readLogs(folder: string): Promise<LoadedClasses | undefined> {
  let text = ''
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if ((await stat(path)).size + text.length > logBytesMax) return undefined
    text += await readFile(path, 'utf8')
  }
  return text === '' ? undefined : readClassLog(text)
}

function variableOf(words: readonly string[] | undefined, name: string): string {
  return configEnvironment({ Env: words?.slice() }).get(name) ?? ''
}

/** What a program of the image says. Undefined where it fails. */
async function toolOutput(
  words: readonly string[],
  { image }: Source,
  { request, machinery }: Asking,
  job: Job,
): Promise<string | undefined> {
  const config = { ...image.config, config: { ...image.config.config, Entrypoint: words.slice(), Cmd: [] } }
  const launch = { ...appLaunch(request, { ...image, config }, { ...unrestrained, user: '0:0' }) }
  const { said } = await asTask(
    'Asking jdeps which modules it needs',
    () => '',
    job,
    async () => {
      await using tool = await machinery.runner.start({ ...launch, command: undefined, companions: undefined }, job)
      const result = await tool.ended
      return { said: result.kind === 'exited' && result.status === 0 ? tool.output().stdout : undefined }
    },
  )
  return said === undefined ? undefined : Buffer.from(said).toString()
}
