import { formatAge } from '../../std/format-time.ts'
import { printable } from '../../std/printable.ts'
import { defineCommand } from '../command.ts'
import { formatJson } from '../format/json.ts'
import { formatTable } from '../format/table.ts'
import { openLocalStore } from '../local-store.ts'
import { containersFolder, listContainers, logOf, type KnownContainer } from '../run/running/registry.ts'
import { tableFormatOption } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {},
    options: {
      all: {
        kind: 'flag',
        short: 'a',
        summary: 'Also those of the background that have ended, as far as their logs are kept',
      },
      quiet: { kind: 'flag', short: 'q', summary: 'Print only the IDs' },
      ...tableFormatOption,
    },
    notes: [
      'Lists what wherry run has started from this store, in the background or in a terminal, the newest first.',
      'With --format json: a list of objects with id, name, image, command, ports, started and ended (ISO 8601), state (running or ' +
        'exited), exitStatus, pid (of the wherry that holds it) and log (a file). What is not known is null.',
    ],
    examples: [
      { line: 'wherry ps', summary: 'See what runs' },
      { line: 'wherry stop $(wherry ps -q)', summary: 'End all of it' },
    ],
  },
  async (context, _, options) => {
    const { job, output } = context
    await using store = await openLocalStore(context)
    const found = await listContainers(containersFolder(store))
    const shown = found.filter((each) => options.all || each.isRunning)
    if (options.quiet) await output.write(shown.map(({ id }) => `${id}\n`).join(''))
    else if (options.format === 'json') await output.write(formatJson(shown.map(toJson)))
    else await output.write(toTable(shown, job.clock.now()))
    return 0
  },
)

function toJson({ id, name, image, command, ports, startedMs, isRunning, end, pid, folder }: KnownContainer): object {
  return {
    ...{ id, name: name ?? null, image, command, ports },
    started: new Date(startedMs).toISOString(),
    ended: end === undefined ? null : new Date(end.endedMs).toISOString(),
    state: isRunning ? 'running' : 'exited',
    exitStatus: end?.status ?? null,
    pid: isRunning ? pid : null,
    log: logOf(folder),
  }
}

const commandMax = 40

function toTable(containers: readonly KnownContainer[], nowMs: number): string {
  return formatTable(
    ['ID', 'IMAGE', 'COMMAND', 'STARTED', 'STATE', 'PORTS', 'NAME'].map((title) => ({ title })),
    containers.map((each) => [
      each.id,
      printable(each.image),
      printable(shortened(each.command.join(' '))),
      formatAge(nowMs - each.startedMs),
      stateText(each),
      each.ports.join(', '),
      printable(each.name ?? ''),
    ]),
  )
}

function shortened(text: string): string {
  return text.length > commandMax ? `${text.slice(0, commandMax - 1)}…` : text
}

function stateText({ isRunning, end }: KnownContainer): string {
  return isRunning ? 'running' : end === undefined ? 'killed' : `exited (${end.status})`
}
