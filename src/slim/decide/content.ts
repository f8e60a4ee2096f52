import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { Job } from '../../std/job.ts'
import type { FileFacts, Need } from '../facts.ts'
import type { ContentContext } from './content-context.ts'
import { elfFacts } from './elf-needs.ts'
import { readElf } from './elf.ts'
import { scanJavaScript } from './javascript.ts'
import { scanPython } from './python-imports.ts'
import { openParts, readEntryText } from './read-file.ts'
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
  if (dataPattern.test(name)) return nothing
  if (/\.[cm]?[jt]sx?$/.test(name)) return await javaScriptFacts(context, entry)
  if (/\.pyw?$/.test(name)) return await pythonFacts(context, entry)
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
  const more = /^python|^pypy/.test(interpreter)
    ? await pythonFacts(context, entry)
    : interpreter.startsWith('node')
      ? await javaScriptFacts(context, entry)
      : nothing
  return { needs: [...needs, ...more.needs], traits: more.traits }
}

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

/** What lies in the same unit stays with it. */
function outsideOfUnit({ unitOf }: ContentContext, path: string, needs: readonly Need[]): readonly Need[] {
  const own = unitOf.get(path)
  return own === undefined ? needs : needs.filter((need) => unitOf.get(need.path) !== own)
}
