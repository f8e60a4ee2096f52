import { posix } from 'node:path'

/** Something that a program says to lack. */
export type NamedLack =
  /** Absolute, or as the program has it: from its working directory, or from that of a file. */
  | { readonly kind: 'path'; readonly path: string; readonly from: string | undefined }
  /** By its end, with folders or without: `json/tool.py`, `libz.so.1`, `curl`. */
  | { readonly kind: 'name'; readonly names: readonly string[] }
  /** A package in a folder of packages: `express` of `node_modules`. */
  | { readonly kind: 'package'; readonly folder: string; readonly name: string }

/** Of longer outputs the end is read, and of that no line that is longer: what is lacking is told in short ones. */
const outputCharactersMax = 128 * 1024
const lineCharactersMax = 1000

interface Wording {
  readonly pattern: RegExp
  readonly lacks: (name: string, more: string | undefined) => readonly NamedLack[]
}

const file = (path: string, from?: string): readonly NamedLack[] => [{ kind: 'path', path, from }]
const named = (...names: readonly string[]): readonly NamedLack[] => [{ kind: 'name', names }]

/** How languages, the dynamic linker and shells say it. */
const wordings: readonly Wording[] = [
  // Python.
  { pattern: /\bNo module named '?([\w.]+)'?/g, lacks: pythonModule },
  {
    pattern: /ImportError: cannot import name '(\w+)' from '([\w.]+)'/g,
    lacks: (name, from = '') => pythonModule(`${from}.${name}`),
  },
  { pattern: /FileNotFoundError: \[Errno 2\] [^:]+: '([^']+)'/g, lacks: (path) => file(path) },
  // Node: `Cannot find module './x'`, with the files that ask for it below.
  {
    pattern: /Cannot find (?:module|package) '([^']+)'(?:\s+Require stack:\s+- (\S+)| imported from (\S+))?/g,
    lacks: nodeModule,
  },
  { pattern: /ENOENT: no such file or directory, \w+ '([^']+)'/g, lacks: (path) => file(path) },
  // Java: of jars only the names of the classes are told.
  {
    pattern: /(?:ClassNotFoundException|NoClassDefFoundError): ([\w./$]+)/g,
    lacks: (name) => named(`${name.replaceAll('.', '/')}.class`),
  },
  { pattern: /(?:NoSuchFileException|java\.io\.FileNotFoundException): (\S+)/g, lacks: (path) => file(path) },
  { pattern: /UnsatisfiedLinkError: no (\w+) in java\.library\.path/g, lacks: (name) => named(`lib${name}.so`) },
  // Ruby, Perl, PHP.
  { pattern: /cannot load such file -- (\S+)/g, lacks: rubyFile },
  { pattern: /Can't locate (\S+\.pm) in @INC/g, lacks: (name) => named(name) },
  { pattern: /(?:require|include)(?:_once)?\(([^)]+)\): [Ff]ailed to open stream/g, lacks: (path) => file(path) },
  // The dynamic linkers of glibc and musl.
  { pattern: /error while loading shared libraries: ([^\s:]+):/g, lacks: (name) => named(posix.basename(name)) },
  { pattern: /Error loading shared library ([^\s:]+):/g, lacks: (name) => named(posix.basename(name)) },
  { pattern: /([\w.+-]+\.so(?:\.\d+)*): cannot open shared object file/g, lacks: (name) => named(name) },
  // Shells, env(1), Go.
  { pattern: /(?:sh|bash): (?:\d+: |line \d+: )?([\w./+-]+): (?:command )?not found/g, lacks: program },
  { pattern: /env: (?:can't execute )?['‘]?([\w./+-]+)['’]?: No such file/g, lacks: program },
  { pattern: /exec: "([^"]+)": executable file not found/g, lacks: program },
  { pattern: /\b(?:open|stat|lstat|fork\/exec) (\S+): no such file or directory/g, lacks: (path) => file(path) },
]

/** What an app says to lack, in the order of the ways to say it, each once. Pure. */
export function namedLacks(output: string): readonly NamedLack[] {
  const lines = output.slice(-outputCharactersMax).split('\n')
  const short = lines.filter(({ length }) => length <= lineCharactersMax)
  const end = short.join('\n')
  const found = new Map<string, NamedLack>()
  for (const { pattern, lacks } of wordings) {
    for (const [, name = '', ...more] of end.matchAll(pattern)) {
      for (const lack of lacks(
        name,
        more.find((each) => each !== undefined),
      ))
        found.set(JSON.stringify(lack), lack)
    }
  }
  const told = short.filter((line) => isGone.test(line))
  for (const lack of told.flatMap((line) => line.match(wholePath) ?? []).flatMap((path) => file(path))) {
    found.set(JSON.stringify(lack), lack)
  }
  return [...found.values()]
}

/** Everybody else: a line with a whole path that says so. */
const isGone = /No such file or directory|not found|does not exist/
const wholePath = /(?<![\w.])\/[^\s'"’:(),]+/g

/**
 * Which of the dropped paths an app names in its output as what it lacks. Of a package all that was dropped of it.
 *
 * @param dropped absolute paths, each folder as well as what is in it
 */
export function namedPaths(output: string, dropped: readonly string[], workingDirectory: string): readonly string[] {
  const lacks = namedLacks(output)
  if (lacks.length === 0) return []
  const places = new Set(dropped)
  const found = new Set<string>()
  for (const lack of lacks) {
    if (lack.kind === 'path') {
      const folder = lack.from === undefined ? workingDirectory : posix.dirname(lack.from)
      const path = posix.resolve('/', folder, lack.path)
      for (const each of [path, ...moduleEndings.map((ending) => path + ending)]) if (places.has(each)) found.add(each)
      continue
    }
    const ends = lack.kind === 'name' ? lack.names.map((name) => `/${name}`) : [`/${lack.folder}/${lack.name}`]
    for (const path of dropped) {
      const isNamed = ends.some((name) => path.endsWith(name) || path.includes(`${name}/`) || isVersionOf(path, name))
      if (isNamed) found.add(path)
    }
  }
  return [...found]
}

const moduleEndings = ['.js', '.cjs', '.mjs', '.json', '.node', '/index.js', '/package.json']

/** `libz.so.1.3.1` for `libz.so.1`: what the link leads to. */
function isVersionOf(path: string, name: string): boolean {
  return /\.so(?:\.\d+)*$/.test(name) && path.startsWith(`${name}.`, path.lastIndexOf('/'))
}

/** `a.b` is a file, a folder, or a part of either. */
function pythonModule(name: string): readonly NamedLack[] {
  const path = name.replaceAll('.', '/')
  const shallow = posix.dirname(path) === '.' ? [] : [`${posix.dirname(path)}.py`]
  return named(`${path}.py`, path, ...shallow)
}

function nodeModule(name: string, from: string | undefined): readonly NamedLack[] {
  if (/^\.{0,2}\//.test(name)) return file(name, from)
  const [first = '', second = ''] = name.replace(/^node:/, '').split('/')
  return [{ kind: 'package', folder: 'node_modules', name: first.startsWith('@') ? `${first}/${second}` : first }]
}

function rubyFile(name: string): readonly NamedLack[] {
  return name.startsWith('/') ? file(name) : named(`${name}.rb`, `${name}.so`)
}

function program(name: string): readonly NamedLack[] {
  return name.includes('/') ? file(name) : named(`bin/${name}`, `sbin/${name}`)
}
