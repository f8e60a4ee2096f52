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
  /** Jars and folders. Of jars in a jar, that one. */
  readonly places: ReadonlySet<string>
}

/** A console asks each of these whether it wants to be one, and takes that of `java.base`. */
const uninvited = /(?:^|\.)(?:JdkConsoleProviderImpl|ConsoleImpl\$ConsoleProviderImpl)$/

/** Reads the log of a virtual machine that shared no classes: JDK's documentation of java, "-Xlog". */
export function readClassLog(text: string): LoadedClasses {
  const modules = new Set<string>()
  const places = new Set<string>()
  for (const [, name = '', source = ''] of text.matchAll(/(\S+) source: (\S+)/g)) {
    const module = /^jrt:\/([\w.]+)/.exec(source)?.[1]
    if (module !== undefined && !uninvited.test(name)) modules.add(module)
    const place = /^(?:jar:)?(?:file|nested):(?:\/\/)?(\/.*?)\/?(?:!|$)/.exec(source)?.[1]
    if (place !== undefined) places.add(decodeURIComponent(place))
  }
  return { modules, places }
}

/** The modules that words of a command ask for by `--add-modules`. */
export function namedModules(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const list = word === '--add-modules' ? words[index + 1] : /^--add-modules=(.*)$/.exec(word)?.[1]
    return (list ?? '').split(',').filter((name) => name !== '')
  })
}

/** What a runtime is linked of, sorted, of what the kit has. Modules that these require come with them. */
export function modulesToLink(found: Iterable<string>, available: ReadonlySet<string>): readonly string[] {
  const wanted = new Set([...found, ...unseen])
  for (const name of [...wanted]) for (const provider of providers.get(name) ?? []) wanted.add(provider)
  return [...wanted].filter((name) => available.has(name)).toSorted()
}
