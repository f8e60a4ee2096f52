import type { Descriptor } from '../../image/descriptor.ts'
import { formatReference, parseReference, type Reference } from '../../image/reference.ts'
import { defineCommand } from '../command.ts'
import { formatJson } from '../format/json.ts'
import { openLocalStore } from '../local-store.ts'
import { fileMountMemory } from '../mount-memory.ts'
import { pullImage, usualPlatform } from '../../toolchain/pull-image.ts'
import { openRegistryClient } from '../registry-access.ts'
import { chosenPlatforms, formatOption, platformOptions, referrersOption, registryOptions } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {
      references: { kind: 'many', name: 'REF', summary: 'Image names, such as node:22 or localhost:5000/app@sha256:…' },
    },
    options: { ...platformOptions, ...referrersOption, ...formatOption, ...registryOptions },
    notes: [
      "Fetches the image for this machine's platform, or for DOCKER_DEFAULT_PLATFORM, unless told otherwise. What the " +
        'store has already is not fetched again, and what an interrupted pull has brought is kept.',
      'Prints the full name of each image with the digest that it has in the store. With --format json: a list of objects ' +
        'with reference, digest, mediaType and size (in bytes, of the manifest).',
    ],
    examples: [
      { line: 'wherry pull node:22', summary: 'Fetch an image from Docker Hub' },
      { line: 'wherry pull --platform linux/amd64,linux/arm64 debian:12', summary: 'Fetch two platforms of it' },
      { line: 'wherry pull --ca-file ca.pem registry.example.com/app:1', summary: 'Trust a private authority' },
    ],
  },
  async (context, { references }, options) => {
    const { job, output } = context
    const named = references.map(parseReference)
    const platforms = chosenPlatforms(options, usualPlatform(context.environment))
    await using store = await openLocalStore(context)
    const memory = fileMountMemory(context.environment)
    await using client = openRegistryClient(context, options, memory)
    const pulled: Pulled[] = []
    for (const reference of named) {
      const repository = client.repository(reference)
      const descriptor = await pullImage(repository, store, reference, { platforms, referrers: options.referrers }, job)
      pulled.push({ reference, descriptor })
      if (options.format !== 'json') await output.write(`${nameWithDigest(reference, descriptor)}\n`)
    }
    await memory.save()
    if (options.format === 'json') await output.write(formatJson(pulled.map(pulledToJson)))
    return 0
  },
)

interface Pulled {
  readonly reference: Reference
  readonly descriptor: Descriptor
}

function nameWithDigest(reference: Reference, { digest }: Descriptor): string {
  return formatReference({ ...reference, digest })
}

function pulledToJson({ reference, descriptor }: Pulled) {
  return {
    reference: nameWithDigest(reference, descriptor),
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    size: descriptor.size,
  }
}
