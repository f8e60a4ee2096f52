/**
 * Modules that are found by what a string says, a provider, or a locale: nothing that is read tells that they are needed. They are small,
 * but for the data of locales (13 MB), without which dates read otherwise for a user whom no probe was.
 */
const unseen = ['jdk.charsets', 'jdk.crypto.ec', 'jdk.localedata', 'jdk.unsupported', 'jdk.zipfs']

/** Providers of what another module has the interface of. */
const providers: ReadonlyMap<string, readonly string[]> = new Map([
  ['java.naming', ['jdk.naming.dns']],
  ['java.security.jgss', ['jdk.security.jgss']],
  ['java.management', ['jdk.management']],
])

/** What was loaded of Java itself, and what of the app: lines of `-Xlog:class+load`. */
export interface LoadedClasses {
  readonly modules: ReadonlySet<string>
  /** Jars and folders. */
  readonly places: ReadonlySet<string>
  /** Whether jars in jars were read, into which nothing else looks. */
  readonly hasNestedJars: boolean
}

/** Reads the log of a virtual machine that shared no classes: JDK's documentation of java, "-Xlog". */
export function readClassLog(text: string): LoadedClasses {
  const modules = new Set<string>()
  const places = new Set<string>()
  let hasNestedJars = false
  for (const [, source = ''] of text.matchAll(/ source: (\S+)/g)) {
    const module = /^jrt:\/([\w.]+)/.exec(source)?.[1]
    if (module !== undefined) modules.add(module)
    const place = /^file:(?:\/\/)?(\/.*?)\/?$/.exec(source)?.[1]
    if (place !== undefined) places.add(decodeURIComponent(place))
    if (/^jar:|!/.test(source)) hasNestedJars = true
  }
  return { modules, places, hasNestedJars }
}

/** The modules that jdeps(1) prints last, behind its warnings; undefined where it says anything else. */
export function readModuleList(text: string): readonly string[] | undefined {
  const line = text.trim().split('\n').at(-1) ?? ''
  return /^[\w.]+(?:,[\w.]+)*$/.test(line) ? line.split(',') : undefined
}

/** What a runtime is linked of, sorted, of what the kit has. Modules that these require come with them. */
export function modulesToLink(found: Iterable<string>, available: ReadonlySet<string>): readonly string[] {
  const wanted = new Set([...found, ...unseen])
  for (const name of [...wanted]) for (const provider of providers.get(name) ?? []) wanted.add(provider)
  return [...wanted].filter((name) => available.has(name)).toSorted()
}
