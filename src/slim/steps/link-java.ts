import { chmod, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { insertLinesAfter, applyEdits } from '../../dockerfile/edit.ts'
import { openFileTree, type FileTree } from '../../filetree/file-tree.ts'
import { configEnvironment, usualSearchPath } from '../../image/config-environment.ts'
import { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { appPlaces, placesModules } from '../java/app-places.ts'
import { findJavaHome, type JavaHome } from '../java/java-home.ts'
import { modulesToLink, namedModules, readClassLog, type LoadedClasses } from '../java/java-modules.ts'
import { readKitClasses } from '../java/kit-classes.ts'
import { linkedHome, linkLines } from '../java/link-lines.ts'
import { planForImage } from '../plan-probes.ts'
import { asTask } from './as-task.ts'
import { buildText } from './build-text.ts'
import { chooseLaunch } from './choose-launch.ts'
import { evaluateText } from './evaluate-text.ts'
import { appLaunch, askApp, joinRuns, unrestrained } from './run-app.ts'
import type { Asking, Source } from './situation.ts'

const title = 'link a Java runtime of the modules that the app uses'
const reason = 'most of a Java runtime is what one app never loads'
const logFolder = '/java-class-log'
const logBytesMax = 64 * 1024 * 1024

/**
 * Has the build link a Java runtime of what the app uses, where the image has the kit for it: modules whose classes the app's own ones mention,
 * that were loaded while it was asked, and that Java finds by name. Stays as it is where any of that is not known, or the app answers differently.
 */
export async function linkJava(source: Source, asking: Asking, job: Job): Promise<Source> {
  const { request, machinery } = asking
  if (!request.improves) return source
  await using tree = await openFileTree(source.image, machinery.build.layersDirectory, job)
  const { config } = source.image
  const home = await findJavaHome(tree, config, joinRuns(source.runs).accessed.executed)
  if (home === undefined || tree.get(linkedHome) !== undefined || (config.config?.Shell ?? []).length > 0) return source
  const found = await findModules(home, tree, source, asking, job)
  if (typeof found === 'string') return leftOut(source, found, job)
  const searchPath = configEnvironment(config.config ?? {}).get('PATH') ?? usualSearchPath
  const linked = appendToTarget(
    source.text,
    linkLines({ ...found, home, searchPath, user: config.config?.User ?? '' }),
    asking,
  )
  try {
    const image = await buildText(linked, request.build.target, request, machinery, job)
    const chosen = await chooseLaunch(image, [], asking, job)
    const isUsed = chosen?.runs.every(({ accessed }) => accessed.executed.has(`${linkedHome}/bin/java`)) === true
    if (chosen === undefined || !isUsed) return leftOut(source, 'the app did not do with it', job)
    const madeOf = new Map([[`${linkedHome}/lib/modules`, `${home.path}/lib/modules`]])
    return { text: linked, image, improvements: [...source.improvements, { title, reason }], madeOf, ...chosen }
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
  const { document, target } = evaluateText(text, request)
  const stage = target?.stage
  const last = stage?.instructions.at(-1) ?? stage?.from
  return last === undefined ? text : applyEdits(text, [insertLinesAfter(document, last, lines)])
}

/** What is linked, or why that is not known. */
async function findModules(
  home: JavaHome,
  tree: FileTree,
  source: Source,
  asking: Asking,
  job: Job,
): Promise<string | { readonly modules: readonly string[]; readonly available: number }> {
  const loaded = await loadedClasses(source, asking, job)
  if (loaded === undefined) return 'the app did not say which classes it loads'
  const places = appPlaces(loaded.places, joinRuns(source.runs).accessed.opened, home.path, tree)
  if (places.length === 0) return 'none of its classes were found'
  try {
    return await asTask(
      'Reading which modules its classes mention',
      ({ modules }) => `${modules.length} modules`,
      job,
      async () => {
        const kit = await readKitClasses(tree, home.path, job)
        const mentioned = await placesModules(places, tree, { ...kit, version: home.version }, job)
        const named = namedModules(launchWords(source))
        const modules = modulesToLink([...mentioned, ...loaded.modules, ...named], kit.modules)
        return { modules, available: kit.modules.size }
      },
    )
  } catch (error) {
    job.signal.throwIfAborted()
    if (!(error instanceof OperationError)) throw error
    return error.message
  }
}

function launchWords({ image, launch }: Source): readonly string[] {
  const options = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', 'JAVA_OPTS']
  const environment = configEnvironment(image.config.config ?? {})
  const fromVariables = options.flatMap((name) => (environment.get(name) ?? '').split(/\s+/))
  return [...fromVariables, ...(launch.entrypoint ?? []), ...(launch.command ?? [])]
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
