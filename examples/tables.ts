/**
 * Two rows of every tutorial about small images, measured: `npm run tables -- [--runs COUNT] [go] [node]` writes docs/tables/go.md and
 * docs/tables/node.md. It makes the base images of Debian's packages, builds both Dockerfiles, and starts Debian's docker-registry on the
 * loopback for as long as it takes. Nothing else should run meanwhile.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { readCard, type Card } from '../src/compare/card.ts'
import { cardMarkdown } from '../src/compare/card-markdown.ts'
import { parseMachine } from '../src/compare/machine.ts'
import { measureTimes, type TimedRun } from '../src/compare/measure-times.ts'
import { createJob } from '../src/std/job.ts'
import { allowedProcessors, confineProcesses } from '../src/std/processors.ts'
import { startRegistry } from '../test/support/registry.ts'
import { makeExampleBases } from './bases.ts'

interface Row {
  readonly title: string
  readonly folder: string
  readonly bases: readonly string[]
}

const rows: ReadonlyMap<string, Row> = new Map([
  [
    'go',
    {
      title: 'A Go app, from one stage to two',
      ...{ folder: 'go', bases: ['golang:1'] },
    },
  ],
  [
    'node',
    {
      title: 'A Node.js app, from a default base to a small one',
      ...{ folder: 'express', bases: ['node:20', 'node:20-small'] },
    },
  ],
])

const root = join(import.meta.dirname, '..')
const program = join(root, 'bin/wherry.js')
const store = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'wherry/examples')

/** Runs wherry. @returns its standard output @throws Error where it fails */
async function wherry(...words: readonly string[]): Promise<Uint8Array> {
  const child = spawn(process.execPath, [program, '--store', store, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [status]] = await Promise.all([buffer(child.stdout), once(child, 'close')])
  if (status !== 0) throw new Error(`wherry ${words.join(' ')}: it ended with ${status}`)
  return output
}

function imageName(name: string, side: 'before' | 'after'): string {
  return `tables/${name}:${side}`
}

/** Builds one side from nothing, and gives the milliseconds that this took. Base images are there. */
function coldBuild(name: string, { folder }: Row, side: 'before' | 'after'): TimedRun {
  const context = join(root, 'examples', folder)
  const file = side === 'before' ? join(context, 'Dockerfile') : join(root, 'examples/tables', name, 'Dockerfile')
  return async () => {
    const startedMs = performance.now()
    await wherry('build', '--no-cache', '--ca-certificates', 'host', '-f', file, '-t', imageName(name, side), context)
    return performance.now() - startedMs
  }
}

/** The card of an app's two images on one machine, with the times of their builds. A build from nothing is done once. */
async function measure(name: string, row: Row, machine: string, host: string, runs: number): Promise<Card> {
  const all = allowedProcessors()
  const { cpus = all.length } = parseMachine(machine)
  confineProcesses(all.slice(0, cpus))
  const build = {
    id: 'build.cold',
    name: 'build, from nothing',
    method: 'wherry build --no-cache, with the base images there',
  }
  const sides = { before: coldBuild(name, row, 'before'), after: coldBuild(name, row, 'after') }
  const builds = await measureTimes([{ ...build, ...sides }], 1, createJob())
  confineProcesses(all)
  const words = ['--registry', host, '--start', '--machine', machine, '--runs', String(runs), '--format', 'json']
  const images = [imageName(name, 'before'), imageName(name, 'after')]
  const card = readCard(await wherry('compare', ...images, ...words), 'the card')
  return { ...card, measures: [...card.measures, ...builds] }
}

const sizes = /^(?:size\.compressed|size\.unpacked|content\.layers|content\.files|content\.packages|safety\.user)$/
const times = /^(?:build|push|pull|start)\./

/** Some rows of a card, builds first. */
function part(card: Card, pattern: RegExp): Card {
  const kept = card.measures.filter(({ id }) => pattern.test(id))
  const isBuild = ({ id }: { readonly id: string }): boolean => id.startsWith('build.')
  return { ...card, measures: [...kept.filter(isBuild), ...kept.filter((row) => !isBuild(row))] }
}

function page(name: string, { title, folder }: Row, large: Card, small: Card, runs: number): string {
  const after = `examples/tables/${name}/Dockerfile`
  const files = `[examples/${folder}/Dockerfile](../../examples/${folder}/Dockerfile) and [${after}](../../${after})`
  return [
    `# ${title}`,
    `${files}, built by wherry on base images of Debian's packages. Written by \`npm run tables -- --runs ${runs} ${name}\`. ` +
      `The registry is Debian's docker-registry on the same machine; builds fetch what they need over the machine's own network.`,
    '## Size',
    cardMarkdown({ ...part(large, sizes), machine: undefined }),
    '## On a large machine',
    cardMarkdown(part(large, times)),
    '## On a small machine',
    cardMarkdown(part(small, times)),
  ]
    .map((each) => each.trimEnd())
    .join('\n\n')
    .concat('\n')
}

const { values, positionals } = parseArgs({
  options: { runs: { type: 'string', default: '5' } },
  allowPositionals: true,
})
const runs = Number(values.runs)
const folder = join(root, 'docs/tables')
await mkdir(folder, { recursive: true })
for (const name of positionals.length > 0 ? positionals : rows.keys()) {
  const row = rows.get(name)
  if (row === undefined) throw new Error(`there is no table ${name}: there are ${[...rows.keys()].join(', ')}`)
  await makeExampleBases(store, row.bases)
  await using registry = await startRegistry()
  const large = await measure(name, row, 'large', registry.host, runs)
  const small = await measure(name, row, 'small', registry.host, runs)
  await writeFile(
    join(folder, `${name}.md`),
    page(name, row, large, small, runs).replaceAll(registry.host, 'the registry'),
  )
}
