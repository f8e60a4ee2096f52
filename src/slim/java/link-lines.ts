import type { JavaHome } from './java-home.ts'

/** Where the linked runtime goes. */
export const linkedHome = '/opt/java-runtime'

/** What is linked. */
export interface JavaRuntime {
  readonly home: JavaHome
  readonly modules: readonly string[]
  /** Of all that the kit has. */
  readonly available: number
  /** As the image's config has it, for what comes behind. */
  readonly searchPath: string
  readonly user: string
}

/**
 * The lines that link a runtime at the end of a stage: with the settings and the certificates of the kit, as the image had them, and an archive
 * of shared classes, with which it starts as fast.
 */
export function linkLines({ home, modules, available, searchPath, user }: JavaRuntime): readonly string[] {
  const { name, settings } = home
  const isRoot = /^(?:|0|root)(?:$|:)/.test(user)
  const copied = settings.map((folder) => `cp -RL ${name}/${folder}/. ${linkedHome}/${folder}/`)
  const options = '--strip-java-debug-attributes --no-man-pages --no-header-files'
  // Scanners read there whose Java it is, and its exact version.
  const words = `--release-info ${name}/release --add-modules ${modules.join(',')}`
  return [
    `# A Java runtime of what the app uses: ${modules.length} of ${available} modules, which the app's classes mention or load, or which Java finds by name`,
    ...(isRoot ? [] : ['USER 0:0']),
    `RUN ${name}/bin/jlink ${options} --output ${linkedHome} \\`,
    `        ${words} \\`,
    ...copied.map((command) => `    && ${command} \\`),
    `    && ${linkedHome}/bin/java -Xshare:dump`,
    `ENV JAVA_HOME=${linkedHome} PATH=${linkedHome}/bin:${searchPath}`,
    ...(isRoot ? [] : [`USER ${user}`]),
  ]
}
