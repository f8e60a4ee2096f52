import { posix } from 'node:path'
import type { FileTree } from '../../filetree/file-tree.ts'
import { configEnvironment } from '../../image/config-environment.ts'
import type { ImageConfig } from '../../image/config.ts'

/** A Java development kit of an image, of which a smaller runtime can be linked. */
export interface JavaHome {
  /** The real path, without links. */
  readonly path: string
  /** How a Dockerfile calls it: the same for all processors, where there is such a name. */
  readonly name: string
  /** `21` */
  readonly version: string
  /** Folders of settings and certificates, below it, that can be copied as what their links lead to. */
  readonly settings: readonly string[]
}

const releaseBytesMax = 64 * 1024

/** Agents look into classes, and name what they need nowhere. */
const agents = /-(?:javaagent|agentlib|agentpath):/

/**
 * The kit whose `java` was executed, by that name and by PATH, and that has what linking takes. Undefined where there is none: of a runtime
 * without `jmods` nothing can be linked.
 */
export async function findJavaHome(
  tree: FileTree,
  { config }: ImageConfig,
  executed: ReadonlySet<string>,
): Promise<JavaHome | undefined> {
  const environment = configEnvironment(config ?? {})
  const words = [...(config?.Entrypoint ?? []), ...(config?.Cmd ?? []), ...environment.values()]
  if (words.some((word) => agents.test(word)) || environment.has('LD_LIBRARY_PATH')) return undefined
  const programs = [...executed].filter((path) => path.endsWith('/bin/java'))
  const [program, ...others] = programs
  if (program === undefined || others.length > 0) return undefined
  const path = posix.dirname(posix.dirname(program))
  const needed = ['jmods/java.base.jmod', 'bin/jlink', 'lib/modules', 'conf', 'lib/security']
  if (path === '/' || needed.some((name) => tree.resolve(posix.join(path, name)) === undefined)) return undefined
  const release = tree.resolve(posix.join(path, 'release'))
  const text = release === undefined ? '' : Buffer.from(await tree.read(release, releaseBytesMax)).toString()
  const version = /^JAVA_VERSION="(\d+)/m.exec(text)?.[1]
  if (version === undefined) return undefined
  const settings = ['conf', 'lib/security'].filter((folder) =>
    [...tree.entries(posix.join(path, folder))].every((entry) => tree.resolve(entry.path) !== undefined),
  )
  const names = [environment.get('JAVA_HOME') ?? '', '/usr/lib/jvm/default-java']
  const name = names.find((each) => each.startsWith('/') && tree.resolve(each)?.path === path) ?? path
  return { path, name, version, settings }
}
