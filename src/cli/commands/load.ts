import { copyContent } from '../../image/copy.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { formatReference, type Reference } from '../../image/reference.ts'
import type { Job } from '../../std/job.ts'
import { openImageArchive, type ImageArchive } from '../../store/image-archive.ts'
import { defineCommand } from '../command.ts'
import { wrongUsage } from '../errors.ts'
import { formatJson } from '../format/json.ts'
import { openLocalStore } from '../local-store.ts'
import { presentPlatforms } from '../places/present-platforms.ts'
import { chosenPlatforms, formatOption, platformOptions } from '../shared-options.ts'
import { taggedReference } from '../../toolchain/tagged-reference.ts'

export const definition = defineCommand(
  {
    arguments: {},
    options: {
      input: {
        kind: 'text',
        short: 'i',
        value: 'PATH',
        completes: 'file',
        summary: 'Read there, not from standard input',
      },
      tag: { kind: 'text', short: 't', value: 'NAME', summary: 'Name the image, of which there must be one' },
      ...platformOptions,
      ...formatOption,
    },
    notes: [
      'Takes what docker save, podman save, skopeo, buildx and wherry save write: a docker-archive or an OCI archive, ' +
        'plain or compressed, or the folder of an image layout.',
      'Prints the full name of each image with its digest, or the digest alone of one without a name. With --format json: ' +
        'a list of objects with reference (or null), digest, mediaType and size (in bytes, of the manifest).',
    ],
    examples: [
      { line: 'wherry load -i app.tar', summary: 'Load an archive' },
      { line: 'docker save app:1 | wherry load', summary: 'Take over an image from Docker' },
      { line: 'wherry load -i layout --tag app:1', summary: 'Load an image layout, and name its image' },
    ],
  },
  async (context, _, options) => {
    const { job, output } = context
    const platforms = chosenPlatforms(options, 'all')
    const given = options.tag === undefined ? undefined : taggedReference(options.tag)
    if (options.input === undefined && process.stdin.isTTY) {
      return wrongUsage('there is nothing on standard input', 'Use -i PATH, or send an archive to it.')
    }
    await using store = await openLocalStore(context)
    const input = options.input ?? { stream: process.stdin, title: 'standard input' }
    await using archive = await openImageArchive(input, store.path, job)
    const images = namedImages(archive, given, job)
    const loaded: Loaded[] = []
    for (const { descriptor, names } of images) {
      const chosen = platforms === 'all' ? await presentPlatforms(archive, descriptor, job) : platforms
      const copied = await copyContent(
        archive,
        store,
        descriptor,
        { platforms: chosen, names, referrers: archive },
        job,
      )
      if (names.length === 0) await store.list(copied, job)
      const shown = names.length === 0 ? [undefined] : names
      loaded.push(...shown.map((reference) => ({ reference, descriptor: copied })))
    }
    const text = loaded.map((each) => `${nameOf(each) ?? each.descriptor.digest}\n`).join('')
    await output.write(options.format === 'json' ? formatJson(loaded.map(loadedToJson)) : text)
    return 0
  },
)

interface Loaded {
  readonly reference: Reference | undefined
  readonly descriptor: Descriptor
}

interface NamedImage {
  readonly descriptor: Descriptor
  readonly names: readonly Reference[]
}

/** Each image of an archive once, with what it is to be called in the store. */
function namedImages(archive: ImageArchive, given: Reference | undefined, job: Job): readonly NamedImage[] {
  const byDigest = Map.groupBy(archive.images, (image) => image.descriptor.digest)
  if (given !== undefined && byDigest.size !== 1) {
    return wrongUsage(
      `--tag names one image, and there are ${byDigest.size}`,
      'Load them, and name them with wherry tag.',
    )
  }
  return [...byDigest.values()].flatMap((entries) => {
    const [first] = entries
    if (first === undefined) return []
    const names = given === undefined ? entries.flatMap((entry) => imageNames(entry, job)) : [given]
    return [{ descriptor: first.descriptor, names }]
  })
}

/** Image layouts of other tools often hold a tag alone (`latest`), which names no image outside of them. */
function imageNames(entry: ImageArchive['images'][number], job: Job): readonly Reference[] {
  const { name, reference } = entry
  if (name === undefined) return []
  if (reference !== undefined && /[/:]/.test(name)) return [reference]
  const message = `${JSON.stringify(name)} is a tag, not the name of an image: name it with --tag`
  job.emit({ type: 'notice', level: 'warning', message })
  return []
}

function nameOf({ reference, descriptor }: Loaded): string | null {
  return reference === undefined ? null : formatReference({ ...reference, digest: descriptor.digest })
}

function loadedToJson(loaded: Loaded) {
  const { digest, mediaType, size } = loaded.descriptor
  return { reference: nameOf(loaded), digest, mediaType, size }
}
