import { openFileTree, type FileTree } from '../../src/filetree/file-tree.ts'
import type { FileEntry, LayerEntry } from '../../src/filetree/file-entry.ts'
import type { IndexedLayer } from '../../src/filetree/index-layer.ts'
import type { ImageConfig } from '../../src/image/config.ts'
import type { ContentSource } from '../../src/image/content.ts'
import type { Descriptor } from '../../src/image/descriptor.ts'
import { digestOf } from '../../src/image/digest.ts'
import { loadImage, type Image } from '../../src/image/image.ts'
import { hostPlatform, parsePlatform } from '../../src/image/platform.ts'
import { createJob } from '../../src/std/job.ts'

/** What two builders must agree on. */
export interface ReducedImage {
  /** `host` stands for the machine's own. */
  readonly platform: string
  readonly config: Readonly<Record<string, unknown>>
  /** Without that of the base image: what each line says made it, with a mark where it made no layer. */
  readonly history: readonly string[]
  /** How many layers there are above the base image's. */
  readonly layers: number
  /** A line for each path that is not the same in the base image. */
  readonly files: readonly string[]
  /** Paths of the base image that are not there. */
  readonly deleted: readonly string[]
  /** A list of paths for each layer above the base image's, where a case asks for it. */
  readonly layerPaths?: readonly (readonly string[])[]
}

/** What is told of an image. */
export interface ReduceOptions {
  readonly platform: string | undefined
  /** When files were changed. */
  readonly times: boolean
  /** What lies in each layer. */
  readonly layerPaths: boolean
}

const job = createJob()
const textBytesMax = 1000
const linesMax = 400
const configFields = [
  ...['User', 'Env', 'Cmd', 'Entrypoint', 'WorkingDir', 'Labels', 'ExposedPorts', 'Volumes', 'Healthcheck', 'Shell'],
  ...['StopSignal', 'OnBuild'],
] as const

/**
 * Reduces an image.
 *
 * @param bases images that it may be built on: the one that shares the most layers is its base.
 * @param cache where layers are indexed.
 */
export async function reduceImage(
  source: ContentSource,
  descriptor: Descriptor,
  bases: readonly Image[],
  cache: string,
  options: ReduceOptions,
): Promise<ReducedImage> {
  const platform = options.platform === undefined ? hostPlatform() : parsePlatform(options.platform)
  const image = await loadImage(source, descriptor, platform, job)
  const base = bases
    .filter(({ layers }) => layers.every(({ diffId }, index) => image.layers[index]?.diffId === diffId))
    .toSorted((one, other) => other.layers.length - one.layers.length)[0]
  const below = base?.layers.length ?? 0
  const original = base === undefined ? new Map<string, string>() : await describeFiles(base, cache, options.times)
  const files = await describeFiles(image, cache, options.times)
  return {
    platform: platformText(image.config),
    config: reduceConfig(image.config),
    history: (image.config.history ?? []).slice(below).map(historyLine),
    layers: image.layers.length - below,
    files: shortened([...files].flatMap(([path, line]) => (original.get(path) === line ? [] : [line]))),
    deleted: [...original.keys()].filter((path) => !files.has(path)),
    ...(options.layerPaths ? { layerPaths: await describeLayers(image, below, cache) } : {}),
  }
}

function platformText({ os, architecture, variant }: ImageConfig): string {
  const host = hostPlatform()
  if (os === host.os && architecture === host.architecture) return 'host'
  return [os, architecture, ...(variant === undefined || variant === '' ? [] : [variant])].join('/')
}

/** Of many lines, how many they are and their digest. */
function shortened(lines: readonly string[]): readonly string[] {
  return lines.length <= linesMax ? lines : [`${lines.length} paths: ${digestOf(Buffer.from(lines.join('\n')))}`]
}

/** What is empty is left out: tools differ in whether they write it. */
function reduceConfig({ config }: ImageConfig): Readonly<Record<string, unknown>> {
  const found = Object.entries(config ?? {}).filter(([name, value]) => {
    return configFields.some((field) => field === name) && value !== undefined && value !== null && value !== ''
  })
  return Object.fromEntries(
    found
      .filter(([, value]) => !['{}', '[]'].includes(JSON.stringify(value)))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => [name, sortedKeys(value)]),
  )
}

function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** Ports of a test's own server are chance. */
function historyLine({
  created_by: createdBy = '',
  empty_layer: isEmpty = false,
}: {
  readonly created_by?: string | undefined
  readonly empty_layer?: boolean | undefined
}): string {
  return `${isEmpty ? 'empty: ' : ''}${createdBy.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')}`
}

async function describeFiles(
  image: Pick<Image, 'layers'>,
  cache: string,
  times: boolean,
): Promise<ReadonlyMap<string, string>> {
  await using tree = await openFileTree(image, cache, job)
  const first = new Map<number, string>()
  const lines = new Map<string, string>()
  for (const entry of tree.entries()) {
    const link = first.get(entry.inode)
    if (link === undefined) first.set(entry.inode, entry.path)
    lines.set(entry.path, describeEntry(entry, await contentText(tree, entry), link, times))
  }
  return lines
}

/** Of a short text, the text; of all others, their digest. */
async function contentText(tree: FileTree, entry: FileEntry): Promise<string> {
  if (entry.kind !== 'file') return ''
  const text =
    entry.sizeBytes > textBytesMax ? '' : Buffer.from(await tree.read(entry, textBytesMax)).toString('latin1')
  return /^[\n\t -~]+$/.test(text) ? JSON.stringify(text) : `${entry.sizeBytes} ${entry.digest?.slice(7, 23) ?? ''}`
}

function describeEntry(entry: FileEntry, content: string, link: string | undefined, times: boolean): string {
  const { path, kind, mode, uid, gid, modified } = entry
  return [
    path,
    kind,
    kind === 'symbolic-link' ? '' : mode.toString(8).padStart(4, '0'),
    `${uid}:${gid}`,
    content,
    kind === 'symbolic-link' ? `-> ${entry.linkTarget}` : '',
    kind.endsWith('device') ? `${entry.deviceMajor},${entry.deviceMinor}` : '',
    ...Array.from(entry.xattrs, ([name, value]) => `${name}=${Buffer.from(value).toString('hex')}`),
    link === undefined ? '' : `= ${link}`,
    times ? `@${modified.seconds}.${modified.nanoseconds}` : '',
  ]
    .filter((word) => word !== '')
    .join(' ')
}

async function describeLayers(image: Image, below: number, cache: string): Promise<readonly (readonly string[])[]> {
  await using tree = await openFileTree(image, cache, job)
  return tree.layers.slice(below).map(describeLayer)
}

/** Directories above others are left out: whether a layer writes or implies them changes nothing that is not seen in the tree. */
function describeLayer({ index }: IndexedLayer): readonly string[] {
  const parents = new Set(Array.from(index.entries(), ({ number }) => (number === 0 ? -1 : index.parentOf(number))))
  const isTold = ({ number, kind, isOpaque }: LayerEntry): boolean =>
    kind !== 'directory' || isOpaque || !parents.has(number)
  return Array.from(index.entries())
    .filter((entry) => entry.number !== 0 && isTold(entry))
    .map(({ path, kind, isOpaque }) => `${kind} ${path}${isOpaque ? ' opaque' : ''}`)
}
