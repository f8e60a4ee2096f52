import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { Job } from '../../std/job.ts'
import type { FileFacts, FileTrait, Need } from '../facts.ts'
import type { ContentContext } from './content-context.ts'
import { elfFacts } from './elf-needs.ts'
import { readElf } from './elf.ts'
import { scanJavaScript } from './javascript.ts'
import type { PhpFiles } from './php/php-files.ts'
import { extensionsIn, scanPhp, usesPhpZones } from './php/scan-php.ts'
import { scanPython } from './python-imports.ts'
import { openParts, readEntryText } from './read-file.ts'
import { specificationPattern } from './ruby/gems.ts'
import type { RubyFiles } from './ruby/ruby-files.ts'
import { scanRuby, usesRubyZones } from './ruby/scan-ruby.ts'
import { isShellScript, shebangNeeds, shellNeeds } from './scripts.ts'

const nothing: FileFacts = { needs: [], traits: [] }

/** Kinds of files that no loader reads, by their names: they are not opened. */
const dataPattern =
  /\.(?:json|txt|md|html?|css|svg|png|jpe?g|gif|ico|webp|woff2?|ttf|otf|eot|map|ya?ml|toml|xml|csv|sql|mo|po|pem|crt|gz|zip|jar|whl|pdf|wasm|dat|db|tmpl|conf|cfg|ini|properties|h|c|go|rs|d\.ts|pyi)$/i

/** Reads a file and tells what it needs. */
export async function readFacts(context: ContentContext, entry: FileEntry, job: Job): Promise<FileFacts> {
  const { path } = entry
  if (entry.kind !== 'file' || entry.sizeBytes < 4) return nothing
  const name = posix.basename(path)
  if (name === 'package.json' && context.languages.has('node'))
    return { needs: await context.node.importsOf(path), traits: [] }
  const source = /^(.*)\/__pycache__\/([^/]+?)\.[^/]+\.pyc$/.exec(path)
  // What is compiled counts only beside its source (PEP 3147).
  if (source !== null)
    return { needs: [{ path: `${source[1]}/${source[2]}.py`, how: 'is compiled from it' }], traits: [] }
  if (context.ruby !== undefined && (specificationPattern.test(path) || name === 'Gemfile.lock'))
    return await bundleFacts(context, context.ruby, entry)
  if (context.php !== undefined && name.endsWith('.ini'))
    return { needs: context.php.needsOfExtensions(extensionsIn(await readEntryText(context.tree, entry))), traits: [] }
  if (context.php !== undefined && /\.(?:ya?ml|xml|neon)$/.test(name) && !context.unitOf.has(path))
    return { needs: namedInSettings(context.php, path, await readEntryText(context.tree, entry)), traits: [] }
  if (dataPattern.test(name)) return nothing
  if (/\.[cm]?[jt]sx?$/.test(name)) return await javaScriptFacts(context, entry)
  if (/\.pyw?$/.test(name)) return await pythonFacts(context, entry)
  if (/\.(?:rb|ru|rake)$/.test(name)) return await rubyFacts(context, entry)
  if (/\.(?:php|phtml|inc)$/.test(name)) return await phpFacts(context, entry)
  if ((entry.mode & 0o111) === 0 && !/\.so(?:\.|$)|\.node$|\.(?:sh|bash)$/.test(name)) return nothing
  return await programFacts(context, entry, job)
}

async function programFacts(context: ContentContext, entry: FileEntry, job: Job): Promise<FileFacts> {
  const readAt = await openParts(context.tree, entry, job)
  const start = await readAt(0, 4)
  if (start.toString('latin1') === '\u007fELF') {
    const elf = await readElf(readAt)
    return elf === undefined ? nothing : await elfFacts(context, entry, elf, job)
  }
  if (start.toString('latin1', 0, 2) !== '#!') return nothing
  const text = await readEntryText(context.tree, entry)
  const needs = [...shebangNeeds(text, context.programs)]
  if (isShellScript(text)) return { needs: [...needs, ...shellNeeds(text, context.programs)], traits: [] }
  const interpreter = posix.basename(needs.at(-1)?.path ?? '')
  const read = byInterpreter.find(([pattern]) => pattern.test(interpreter))?.[1]
  const more = read === undefined ? nothing : await read(context, entry)
  return { needs: [...needs, ...more.needs], traits: more.traits }
}

const byInterpreter: readonly (readonly [RegExp, (context: ContentContext, entry: FileEntry) => Promise<FileFacts>])[] =
  [
    [/^python|^pypy/, pythonFacts],
    [/^node/, javaScriptFacts],
    [/^ruby/, rubyFacts],
    [/^php/, phpFacts],
  ]

async function javaScriptFacts(context: ContentContext, entry: FileEntry): Promise<FileFacts> {
  if (!context.languages.has('node')) return nothing
  const text = await readEntryText(context.tree, entry)
  const shebang = (entry.mode & 0o111) === 0 ? [] : shebangNeeds(text, context.programs)
  const needs = await context.node.needsOf(entry.path, scanJavaScript(text))
  return { needs: [...shebang, ...outsideOfUnit(context, entry.path, needs)], traits: [] }
}

async function pythonFacts(context: ContentContext, entry: FileEntry): Promise<FileFacts> {
  if (!context.languages.has('python') || context.isStandard(entry.path)) return nothing
  const text = await readEntryText(context.tree, entry)
  const imports = scanPython(text)
  const needs = context.python.needsOf(entry.path, imports)
  const shebang = (entry.mode & 0o111) === 0 ? [] : shebangNeeds(text, context.programs)
  const usesZones = imports.some(({ module }) => /^(?:zoneinfo|dateutil\.tz|backports\.zoneinfo)\b/.test(module))
  return { needs: [...shebang, ...outsideOfUnit(context, entry.path, needs)], traits: usesZones ? ['zones'] : [] }
}

/** Tools name all that they may ever load, to install gems or to tell of errors: of that, what was opened counts. */
const rubyTool = /\/(?:lib|[\d.]+|(?:site|vendor)_ruby)\/(?:rubygems|bundler|syntax_suggest|irb|rdoc|debug)(?:\.rb$|\/)/

async function rubyFacts(context: ContentContext, entry: FileEntry): Promise<FileFacts> {
  const { ruby } = context
  if (ruby === undefined || context.isStandard(entry.path) || rubyTool.test(entry.path)) return nothing
  const text = await readEntryText(context.tree, entry)
  const shebang = (entry.mode & 0o111) === 0 ? [] : shebangNeeds(text, context.programs)
  const isOfApp = context.isOfApp(entry) && !context.unitOf.has(entry.path)
  const needs = [...ruby.needsOf(entry.path, scanRuby(text)), ...context.rubyEncodings(text, isOfApp)]
  const traits: readonly FileTrait[] = usesRubyZones(text) ? ['zones'] : []
  return { needs: [...shebang, ...outsideOfUnit(context, entry.path, needs)], traits }
}

/** What RubyGems and Bundler read before they load anything. */
async function bundleFacts({ tree }: ContentContext, ruby: RubyFiles, entry: FileEntry): Promise<FileFacts> {
  if (specificationPattern.test(entry.path)) return { needs: ruby.needsOfSpecification(entry.path), traits: [] }
  return { needs: ruby.needsOfLock(await readEntryText(tree, entry)), traits: [] }
}

/** Frameworks of PHP have classes in settings too: services, types, handlers. */
function namedInSettings(php: PhpFiles, path: string, text: string): readonly Need[] {
  return php.needsOf(path, { ...scanPhp(text), global: new Set(), included: [], isOpen: false })
}

async function phpFacts(context: ContentContext, entry: FileEntry): Promise<FileFacts> {
  const { php } = context
  if (php === undefined || php.isMade(entry.path)) return nothing
  const text = await readEntryText(context.tree, entry)
  const needs = php.needsOf(entry.path, scanPhp(text))
  const shebang = (entry.mode & 0o111) === 0 ? [] : shebangNeeds(text, context.programs)
  const traits: readonly FileTrait[] = usesPhpZones(text) ? ['zones'] : []
  return { needs: [...shebang, ...outsideOfUnit(context, entry.path, needs)], traits }
}

/** What lies in the same unit stays with it. */
function outsideOfUnit({ unitOf }: ContentContext, path: string, needs: readonly Need[]): readonly Need[] {
  const own = unitOf.get(path)
  return own === undefined ? needs : needs.filter((need) => unitOf.get(need.path) !== own)
}
