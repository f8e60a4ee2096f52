import { is, object, string } from 'valibot'
import { encodePackageUrlPart } from '../../debian/package-url.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { ImagePackage } from '../image-package.ts'

/** More is not metadata of a package, whatever it is. */
const metadataBytesMax = 1024 * 1024

const nodePackage = object({ name: string(), version: string() })

/** Whether a file is one that tells of a package: `METADATA` of Python's (PyPA, "Recording installed projects"), `package.json` in `node_modules`. */
export function tellsOfPackage({ kind, path, sizeBytes }: FileEntry): boolean {
  return kind === 'file' && sizeBytes <= metadataBytesMax && (isPython(path) || isNode(path))
}

/** The package that such a file tells of; undefined where it is damaged. */
export async function readLanguagePackage(tree: FileTree, file: FileEntry): Promise<ImagePackage | undefined> {
  const text = await readText(tree, file)
  return isPython(file.path) ? pythonPackage(text) : nodePackageOf(text)
}

function isPython(path: string): boolean {
  return path.endsWith('.dist-info/METADATA')
}

function isNode(path: string): boolean {
  return path.endsWith('/package.json') && /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path)
}

async function readText(tree: FileTree, file: FileEntry): Promise<string> {
  return Buffer.from(await tree.read(file, metadataBytesMax)).toString('utf8')
}

function pythonPackage(text: string): ImagePackage | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}: *(\\S+) *\\r?$`, 'm').exec(text)?.[1]
  const [name, version] = [field('Name'), field('Version')]
  if (name === undefined || version === undefined) return undefined
  // purl-spec, type pypi: names are in lower case, with "-" in place of "_" (and of ".", as PEP 503 normalizes).
  const normalized = name.toLowerCase().replaceAll(/[-_.]+/g, '-')
  const purl = `pkg:pypi/${encodePackageUrlPart(normalized)}@${encodePackageUrlPart(version)}`
  return { type: 'pypi', name, version, purl }
}

function nodePackageOf(text: string): ImagePackage | undefined {
  const document = parseJsonOrNothing(text)
  if (!is(nodePackage, document)) return undefined
  const { name, version } = document
  const parts = name.split('/').map(encodePackageUrlPart).join('/')
  return { type: 'npm', name, version, purl: `pkg:npm/${parts}@${encodePackageUrlPart(version)}` }
}

function parseJsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
