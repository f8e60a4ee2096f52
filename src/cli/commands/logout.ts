import { eraseCredential } from '../../registry-client/login.ts'
import { defineCommand } from '../command.ts'
import { parseRegistryHost } from '../registry-host.ts'

export const definition = defineCommand(
  {
    arguments: {
      registry: { kind: 'optional', name: 'HOST', summary: 'The registry; Docker Hub unless given' },
    },
    options: {},
    notes: ["Forgets what docker's config.json, or the credential helper that it names, holds for a registry."],
    examples: [{ line: 'wherry logout ghcr.io', summary: 'Forget one registry' }],
  },
  async (context, values) => {
    const { job, environment } = context
    const registry = parseRegistryHost(values.registry ?? 'docker.io')
    const { wasThere, stillIn } = await eraseCredential(registry, environment, job)
    for (const path of stillIn) {
      job.emit({ type: 'notice', level: 'warning', message: `${path} still holds a login to ${registry}` })
    }
    const message = wasThere ? `logged out from ${registry}` : `there was no login to ${registry}`
    job.emit({ type: 'notice', level: 'info', message })
    return 0
  },
)
