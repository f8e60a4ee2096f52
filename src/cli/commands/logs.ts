import { defineCommand } from '../command.ts'
import { showLog } from '../run/show-log.ts'

export const definition = defineCommand(
  {
    arguments: {
      container: {
        kind: 'one',
        name: 'CONTAINER',
        summary: 'A name given by wherry run --name, or the beginning of an ID',
      },
    },
    options: {
      follow: { kind: 'flag', short: 'f', summary: 'Go on with what it writes until it ends' },
      tail: { kind: 'text', short: 'n', value: 'NUMBER', summary: 'Only the last lines, or all' },
    },
    notes: [
      'Prints what a container of wherry run --detach has written to its output and its errors, in one order, byte for byte. That of the ' +
        'last 20 that have ended is kept, but not of those with --rm.',
    ],
    examples: [
      { line: 'wherry logs --tail 20 web', summary: 'See the end of it' },
      { line: 'wherry logs -f web', summary: 'See it as it comes' },
    ],
  },
  async (context, { container }, options) => {
    await showLog(container, options, context)
    return 0
  },
)
