import type { Digest } from '../../image/digest.ts'
import type { CopyOptions } from '../../image/copy.ts'
import type { ContentSource } from '../../image/content.ts'
import type { Job } from '../../std/job.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import type { SavedImage } from '../../store/save-archive.ts'
import { saveLayout } from '../../store/save-layout.ts'
import { defineCommand } from '../command.ts'
import { wrongUsage } from '../errors.ts'
import { findKeptImage } from '../../toolchain/local-image.ts'
import { openLocalStore } from '../local-store.ts'
import { narrowSource } from '../places/narrowed-source.ts'
import { archiveStream, saveArchiveFile } from '../places/save-archive-file.ts'
import { chosenPlatforms, platformOptions } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {
      references: {
        kind: 'many',
        name: 'REF',
        completes: 'reference',
        summary: 'Images of the local store, or their IDs',
      },
    },
    options: {
      output: {
        kind: 'text',
        short: 'o',
        value: 'FILE',
        completes: 'file',
        summary: 'Write there, not to standard output',
      },
      format: {
        kind: 'choice',
        value: 'FORMAT',
        choices: ['docker-archive', 'oci-archive', 'oci-dir'],
        summary: 'What to write (docker-archive unless told)',
      },
      ...platformOptions,
    },
    notes: [
      'A docker-archive is what docker load and podman load take. It is an OCI archive too: one file for every tool. An ' +
        'oci-dir is the folder of an image layout, to which images may be added.',
      'Everything is saved as it is, with every digest. A file gets its name when it is whole.',
    ],
    examples: [
      { line: 'wherry save -o app.tar app:1', summary: 'Save an image to a file' },
      { line: 'wherry save app:1 | ssh host docker load', summary: 'Bring an image to a Docker without a registry' },
      { line: 'wherry save --format oci-dir -o layout app:1 app:2', summary: 'Save two images to one image layout' },
    ],
  },
  async (context, { references }, options) => {
    const { job, output } = context
    const format = options.format ?? 'docker-archive'
    const platforms = chosenPlatforms(options, 'all')
    checkOutput(options.output, format, output.isTerminal)
    await using store = await openLocalStore(context)
    const { source, images } = await collect(store, references, platforms, job)
    if (format === 'oci-dir') await saveLayout(options.output ?? '', source, images, job)
    else if (options.output === undefined) {
      const archive = archiveStream('standard output', source, images, { format, platforms }, job)
      for await (const chunk of archive) await output.write(chunk)
    } else await saveArchiveFile(options.output, source, images, { format, platforms }, job)
    return 0
  },
)

function checkOutput(path: string | undefined, format: string, isTerminal: boolean): void {
  if (path !== undefined) return
  if (format === 'oci-dir') wrongUsage('--format oci-dir writes a folder: name it with --output')
  if (isTerminal) wrongUsage('an archive is not written to a terminal', 'Use -o FILE, or send it to another program.')
}

/** The named images, each once with all its names, and a source that has them narrowed to the wanted platforms. */
async function collect(
  store: LayoutStore,
  texts: readonly string[],
  platforms: CopyOptions['platforms'],
  job: Job,
): Promise<{ readonly source: ContentSource; readonly images: readonly SavedImage[] }> {
  const images = new Map<Digest, SavedImage>()
  let source: ContentSource = store
  for (const text of texts) {
    const { reference, descriptor: root } = await findKeptImage(store, text, job)
    const narrowed = await narrowSource(source, root, platforms, job)
    source = narrowed.source
    const { descriptor } = narrowed
    const names = [...(images.get(descriptor.digest)?.names ?? []), ...(reference === undefined ? [] : [reference])]
    images.set(descriptor.digest, { descriptor, names })
  }
  return { source, images: [...images.values()] }
}
