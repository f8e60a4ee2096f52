import { defineCommand } from '../command.ts'
import { formatJson } from '../format/json.ts'
import { checkDestination } from '../places/destination-name.ts'
import { parsePlace } from '../../toolchain/place-name.ts'
import { Places } from '../places/places.ts'
import { chosenPlatforms, formatOption, platformOptions, referrersOption, registryOptions } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {
      source: { kind: 'one', name: 'SRC', summary: 'Where the image is' },
      destination: { kind: 'one', name: 'DST', summary: 'Where it goes' },
    },
    options: { ...platformOptions, ...referrersOption, ...formatOption, ...registryOptions },
    notes: [
      'Each place is REF or docker://REF (a registry), store:REF (the local store), oci:DIR[:NAME] (an image layout), ' +
        'oci-archive:FILE[:NAME] or docker-archive:FILE[:NAME]. A path ends at its first colon. Without a NAME, the only ' +
        'image there is meant, or the name that the image has already.',
      'Copies everything as it is, all platforms and every digest, unless --platform says otherwise. From registry to ' +
        'registry nothing touches the disk, and what the destination has is not sent.',
      'Prints the digest of what the destination has now. With --format json: an object with destination, digest, ' +
        'mediaType and size (in bytes, of the manifest).',
    ],
    examples: [
      { line: 'wherry copy debian:12 registry.example.com/debian:12', summary: 'From registry to registry' },
      { line: 'wherry copy --platform linux/arm64 node:22 store:node:22', summary: 'One platform into the store' },
      { line: 'wherry copy docker-archive:app.tar registry.example.com/app:1', summary: 'Push what was saved' },
      { line: 'wherry copy store:app:1 oci:layout', summary: 'Out of the store, for other tools' },
    ],
  },
  async (context, values, options) => {
    const platforms = chosenPlatforms(options, 'all')
    const [from, to] = [parsePlace(values.source), parsePlace(values.destination)]
    checkDestination(to)
    await using places = new Places(context, options)
    const image = await places.find(from)
    const { digest, mediaType, size } = await places.send(image, to, { platforms, referrers: options.referrers })
    const json = { destination: values.destination, digest, mediaType, size }
    await context.output.write(options.format === 'json' ? formatJson(json) : `${digest}\n`)
    return 0
  },
)
