import { parseRepository } from '../../image/reference.ts'
import { defineCommand } from '../command.ts'
import { formatJson } from '../format/json.ts'
import { openRegistryClient } from '../registry-access.ts'
import { formatOption, registryOptions } from '../shared-options.ts'
import { printable } from '../../std/printable.ts'

export const definition = defineCommand(
  {
    arguments: {
      repository: { kind: 'one', name: 'REPO', summary: 'A repository, such as node or localhost:5000/team/app' },
    },
    options: { ...formatOption, ...registryOptions },
    notes: ['With --format json: an object with repository and tags, in the order of the registry.'],
    examples: [
      { line: 'wherry tags node', summary: 'List the tags of docker.io/library/node' },
      { line: 'wherry tags --tls-verify=false registry.local/app', summary: 'Ask a registry without a certificate' },
    ],
  },
  async (context, values, options) => {
    const { job, output } = context
    const name = parseRepository(values.repository)
    await using client = openRegistryClient(context, options)
    const tags = client.repository(name).tags(job)
    if (options.format === 'json') {
      const repository = `${name.registry}/${name.repository}`
      await output.write(formatJson({ repository, tags: await Array.fromAsync(tags) }))
      return 0
    }
    for await (const tag of tags) await output.write(`${printable(tag)}\n`)
    return 0
  },
)
