import type { ContentSource } from '../../image/content.ts'
import { readDocument } from '../../image/manifest.ts'
import { parsePlatform } from '../../image/platform.ts'
import type { Reference } from '../../image/reference.ts'
import type { Job } from '../../std/job.ts'
import { defineCommand } from '../command.ts'
import { cardFormats } from '../compare/card-formats.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { formatJson } from '../format/json.ts'
import { printFile, printListing, printPackages } from '../images/file-printing.ts'
import { openImageSource } from '../images/image-source.ts'
import { inspectImage, type Inspection } from '../images/inspection.ts'
import { inspectionToJson } from '../images/inspection-json.ts'
import { inspectionToText } from '../images/inspection-text.ts'
import type { PageRequest } from '../images/page-printing.ts'
import { printLayers } from '../images/layer-printing.ts'
import { openLocalStore } from '../local-store.ts'
import { registryOptions } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {
      reference: {
        kind: 'one',
        name: 'REF',
        completes: 'reference',
        summary: 'An image of the local store or its ID, or docker://REF for one at a registry',
      },
      path: { kind: 'optional', name: 'PATH', summary: 'With --files or --cat: a path in the image' },
    },
    options: {
      platform: { kind: 'text', value: 'PLATFORM', summary: "Which image of several, if not this machine's" },
      remote: { kind: 'flag', summary: 'Look at the registry, not in the store' },
      raw: { kind: 'flag', summary: 'Print the manifest or index, byte by byte' },
      config: { kind: 'flag', summary: "Print the image's config, byte by byte" },
      layers: { kind: 'flag', summary: 'What each layer costs, with the line of the Dockerfile that made it' },
      waste: { kind: 'flag', summary: 'List what a layer has and a later one deletes or replaces' },
      files: { kind: 'flag', summary: 'List what lies in PATH, or in the root' },
      recursive: { kind: 'flag', short: 'R', summary: 'With --files: all that lies under it' },
      packages: { kind: 'flag', summary: "List the packages, of an image made of Debian's" },
      cat: { kind: 'flag', summary: 'Print the file at PATH; links are followed inside the image' },
      format: {
        kind: 'choice',
        value: 'FORMAT',
        choices: cardFormats,
        summary: 'How to print it; markdown with --layers, --files or --waste, html with these or alone',
      },
      ...registryOptions,
    },
    notes: [
      'Files are read through an index of the layers, which is made at the first look and kept; see wherry prune.',
      'With --format json: an object with reference, index (digest and platforms, of a multi-platform image), digest, ' +
        'mediaType, artifactType, subject, annotations, configDigest, platform, created, author, size (of the layers, ' +
        'compressed), config, layers (digest, diffId, mediaType, size, createdBy) and history. With --files: a list of ' +
        'objects with path, kind, mode, uid, gid, size, modified, linkTarget, digest and layer. With --packages: a list of ' +
        'objects with name, version, architecture, source and sourceVersion. With --layers: a list of objects with digest, ' +
        'instruction, compressedBytes, unpackedBytes and wasteBytes. With --waste: a list of objects with path, size, layer, ' +
        'madeBy, fate, hiddenBy and hiddenByLine; layers are counted from 0. docs/inspect.schema.json describes these three.',
      'With --format html: one page that needs no network and has less than 1 MB: layers, waste, a map of folders, every file, to be ' +
        'searched and sorted; with --layers, --files or --waste that part alone.',
    ],
    examples: [
      { line: 'wherry inspect node:22', summary: 'Platform, config and layers of an image in the store' },
      { line: 'wherry inspect --raw docker://debian:12 | jq .', summary: 'The index of an image at a registry' },
      { line: 'wherry inspect node:22 --files /usr/local/bin', summary: 'List a folder' },
      { line: 'wherry inspect debian:12 --packages', summary: 'List its packages' },
      { line: 'wherry inspect node:22 --waste', summary: 'What is pulled in vain' },
      { line: 'wherry inspect node:22 --format html > node.html', summary: 'A page to look at' },
      { line: 'wherry inspect node:22 --cat /etc/os-release', summary: 'Print a file' },
    ],
  },
  async (context, { reference, path }, options) => {
    const { job, output } = context
    const mode = chosenMode(options)
    checkPath(mode, path, options.recursive)
    const format = options.format ?? 'text'
    checkFormat(mode, format)
    const platform = options.platform === undefined ? undefined : parsePlatform(options.platform)
    await using store = await openLocalStore(context)
    await using image = await openImageSource(reference, store, options, context)
    if (mode === 'raw' && platform === undefined) {
      await output.write(await readDocument(image.source, image.descriptor, `manifest ${image.descriptor.digest}`, job))
      return 0
    }
    const inspection = await inspectImage(image.source, image.descriptor, platform, job)
    if (format === 'html') {
      const { printPage } = await import('../images/page-printing.ts')
      const request = { name: reference, view: viewOf(mode), path }
      await printPage(image.source, inspection, store.layersPath, request, context)
      return 0
    }
    const json = format === 'json'
    switch (mode) {
      case 'raw':
        await output.write(await rawManifest(image.source, inspection, job))
        break
      case 'config':
        await output.write(await rawConfig(image.source, inspection, job))
        break
      case 'layers':
      case 'waste':
        await printLayers(image.source, inspection, store.layersPath, { what: mode, format }, context)
        break
      case 'files':
        await printListing(
          image.source,
          inspection,
          store.layersPath,
          { path, format, recursive: options.recursive },
          context,
        )
        break
      case 'packages':
        await printPackages(image.source, inspection, store.layersPath, json, context)
        break
      case 'cat':
        await printFile(image.source, inspection, store.layersPath, path ?? '', context)
        break
      case 'overview':
        await printOverview(inspection, image.reference, json, context)
        break
    }
    return 0
  },
)

type Mode = 'raw' | 'config' | 'layers' | 'waste' | 'files' | 'packages' | 'cat' | 'overview'

function chosenMode(options: Readonly<Record<Exclude<Mode, 'overview'>, boolean>>): Mode {
  const modes = (['raw', 'config', 'layers', 'waste', 'files', 'packages', 'cat'] as const).filter(
    (mode) => options[mode],
  )
  const [first, second] = modes
  if (second !== undefined) return wrongUsage(`--${first} and --${second} exclude each other`)
  return first ?? 'overview'
}

function checkPath(mode: Mode, path: string | undefined, recursive: boolean): void {
  if (recursive && mode !== 'files') wrongUsage('--recursive goes with --files')
  if (mode === 'cat' && path === undefined)
    wrongUsage('--cat needs the path of a file', 'wherry inspect REF --cat PATH')
  if (path !== undefined && mode !== 'files' && mode !== 'cat') {
    wrongUsage(`a path goes with --files or --cat: ${path}`, 'wherry inspect REF --files PATH')
  }
}

function checkFormat(mode: Mode, format: (typeof cardFormats)[number]): void {
  const isView = mode === 'layers' || mode === 'waste' || mode === 'files'
  if (format === 'markdown' && !isView) wrongUsage('--format markdown goes with --layers, --files or --waste')
  if (format === 'html' && !isView && mode !== 'overview') {
    wrongUsage(
      `--format html does not go with --${mode}`,
      'It goes with --layers, --files or --waste, or with none of them for all.',
    )
  }
}

/** What the page shows; all, where nothing is said. */
function viewOf(mode: Mode): PageRequest['view'] {
  return mode === 'layers' || mode === 'waste' || mode === 'files' ? mode : 'overview'
}

async function rawManifest(source: ContentSource, { descriptor }: Inspection, job: Job): Promise<Uint8Array> {
  return await readDocument(source, descriptor, `manifest ${descriptor.digest}`, job)
}

async function rawConfig(source: ContentSource, { manifest }: Inspection, job: Job): Promise<Uint8Array> {
  return await readDocument(source, manifest.config, `config ${manifest.config.digest}`, job)
}

async function printOverview(
  inspection: Inspection,
  reference: Reference | undefined,
  json: boolean,
  { output, style, job }: CommandContext,
): Promise<void> {
  const options = { style, nowMs: job.clock.now(), columns: output.columns ?? 120 }
  await output.write(
    json ? formatJson(inspectionToJson(inspection, reference)) : inspectionToText(inspection, reference, options),
  )
}
