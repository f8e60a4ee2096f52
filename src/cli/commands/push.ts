import { copyContent } from '../../image/copy.ts'
import { formatReference } from '../../image/reference.ts'
import { defineCommand } from '../command.ts'
import { wrongUsage } from '../errors.ts'
import { formatJson } from '../format/json.ts'
import { findKeptImage } from '../../toolchain/local-image.ts'
import { openLocalStore } from '../local-store.ts'
import { fileMountMemory } from '../mount-memory.ts'
import { openRegistryClient } from '../registry-access.ts'
import { chosenPlatforms, formatOption, platformOptions, referrersOption, registryOptions } from '../shared-options.ts'
import { taggedReference } from '../../toolchain/tagged-reference.ts'

export const definition = defineCommand(
  {
    arguments: {
      source: { kind: 'one', name: 'REF', completes: 'reference', summary: 'An image of the local store, or its ID' },
      destination: { kind: 'optional', name: 'DST', summary: 'Its name at the registry, if not the same' },
    },
    options: { ...platformOptions, ...referrersOption, ...formatOption, ...registryOptions },
    notes: [
      'Sends everything that the name stands for in the store: one platform or several. Layers that the registry has, also ' +
        'in another repository, are not sent again, and an interrupted push is taken up where it stopped.',
      'Prints the full name with the digest. With --format json: an object with reference, digest, mediaType and size.',
    ],
    examples: [
      { line: 'wherry push registry.example.com/team/app:1', summary: 'Send an image under its own name' },
      { line: 'wherry push app:1 localhost:5000/app:1', summary: 'Send it under another name' },
    ],
  },
  async (context, { source, destination }, options) => {
    const { job, output } = context
    const platforms = chosenPlatforms(options, 'all')
    const given = destination === undefined ? undefined : taggedReference(destination)
    await using store = await openLocalStore(context)
    const image = await findKeptImage(store, source, job)
    const target = given ?? image.reference ?? wrongUsage('an image that is given by its ID needs a name to push it to')
    const memory = fileMountMemory(context.environment)
    await using client = openRegistryClient(context, options, memory)
    const descriptor = await copyContent(
      store,
      client.repository(target, 'push'),
      image.descriptor,
      { platforms, names: [target], ...(options.referrers ? { referrers: store } : {}) },
      job,
    )
    await memory.save()
    const { digest, mediaType, size } = descriptor
    const reference = formatReference({ ...target, digest })
    await output.write(
      options.format === 'json' ? formatJson({ reference, digest, mediaType, size }) : `${reference}\n`,
    )
    return 0
  },
)
