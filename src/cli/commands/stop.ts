import { defineCommand } from '../command.ts'
import { stopContainer } from '../run/stop-container.ts'

export const definition = defineCommand(
  {
    arguments: {
      containers: {
        kind: 'many',
        name: 'CONTAINER',
        summary: 'A name given by wherry run --name, or the beginning of an ID',
      },
    },
    options: {
      time: {
        kind: 'text',
        short: 't',
        value: 'SECONDS',
        summary: 'How long to wait until it is ended at once, by default 10',
      },
    },
    notes: [
      'Asks the process of a container to end, by the signal that its image names or SIGTERM, waits, and ends it at once then. ' +
        'Prints each name or ID when it has ended.',
    ],
    examples: [{ line: 'wherry stop web', summary: 'End what wherry run -d --name web has started' }],
  },
  async (context, { containers }, { time }) => {
    for (const word of containers) await stopContainer(word, time, context)
    return 0
  },
)
