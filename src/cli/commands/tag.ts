import { formatReference } from '../../image/reference.ts'
import { readManifest } from '../../image/manifest.ts'
import { defineCommand } from '../command.ts'
import { findLocalImage } from '../../toolchain/local-image.ts'
import { openLocalStore } from '../local-store.ts'
import { taggedReference } from '../../toolchain/tagged-reference.ts'

export const definition = defineCommand(
  {
    arguments: {
      source: { kind: 'one', name: 'SRC', completes: 'reference', summary: 'An image of the local store, or its ID' },
      destination: { kind: 'one', name: 'DST', completes: 'reference', summary: 'The new name' },
    },
    options: {},
    notes: ['If another image has the new name, it loses it. Prints the full new name.'],
    examples: [
      { line: 'wherry tag app:1 registry.example.com/team/app:1', summary: 'Name an image for a push' },
      { line: 'wherry tag 3f2a9b10c4d5 app:old', summary: 'Name an image by its ID' },
    ],
  },
  async (context, { source, destination }) => {
    const { job, output } = context
    const reference = taggedReference(destination)
    await using store = await openLocalStore(context)
    const { descriptor } = await findLocalImage(store, source, job)
    const { bytes } = await readManifest(store, descriptor, job)
    await store.tag(reference, descriptor, bytes, job)
    await output.write(`${formatReference(reference)}\n`)
    return 0
  },
)
