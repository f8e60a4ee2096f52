/**
 * Runs tests: all of them, those that end in seconds (`--unit`), or those of the folders, files and patterns given.
 * `--failures` prints only those that fail.
 *
 * Where CI is `true`, a test that is skipped fails the run: nobody reads a list of skipped tests, and a tool that is
 * missing there is a mistake.
 */
import { glob, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from 'node:test'
import { spec, type TestEvent } from 'node:test/reporters'
import { parseArgs } from 'node:util'
import { repositoryRoot } from './source-tree.ts'

const testTimeoutMs = 5 * 60_000
/** A file is ended after this, even where its tests have passed and something they opened keeps it alive. */
const fileTimeoutMs = 45 * 60_000

const unitPatterns = ['src/**/*.test.ts', 'test/house/**/*.test.ts']
const allPatterns = ['src/**/*.test.ts', 'test/**/*.test.ts']

/**
 * The test files that the patterns name, from the repository's root.
 *
 * @throws Error for a pattern that names none.
 */
async function findTestFiles(patterns: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>()
  for (const pattern of patterns) {
    const isFolder = await stat(resolve(repositoryRoot, pattern)).then(
      (found) => found.isDirectory(),
      () => false,
    )
    const found = await Array.fromAsync(glob(isFolder ? `${pattern}/**/*.test.ts` : pattern, { cwd: repositoryRoot }))
    if (found.length === 0) throw new Error(`no test file is named by ${pattern}`)
    for (const file of found) files.add(resolve(repositoryRoot, file))
  }
  return [...files].toSorted()
}

/** Passes events on, and puts the tests that were skipped in front of the summary. */
async function* withSkippedTests(events: AsyncIterable<TestEvent>, skipped: string[]): AsyncGenerator<TestEvent> {
  let summaryBegan = false
  for await (const event of events) {
    if (event.type === 'test:pass' && event.data.skip !== undefined) {
      const reason = typeof event.data.skip === 'string' ? event.data.skip : 'no reason given'
      skipped.push(`${relative(repositoryRoot, event.data.file ?? '')}: ${event.data.name}: ${reason}`)
    }
    if (event.type === 'test:diagnostic' && event.data.message.startsWith('tests ') && !summaryBegan) {
      summaryBegan = true
      for (const line of skipped) yield { ...event, data: { ...event.data, message: `skipped ${line}` } }
    }
    yield event
  }
}

/** Leaves out what reports print of tests that pass. */
async function* onlyFailures(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  const shown = new Set<TestEvent['type']>(['test:fail', 'test:diagnostic', 'test:summary', 'test:stderr'])
  for await (const event of events) if (shown.has(event.type)) yield event
}

const { values, positionals } = parseArgs({
  options: { unit: { type: 'boolean', default: false }, failures: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const patterns = positionals.length > 0 ? positionals : values.unit ? unitPatterns : allPatterns
const skipped: string[] = []
const events = run({
  files: await findTestFiles(patterns),
  concurrency: availableParallelism(),
  timeout: fileTimeoutMs,
  execArgv: [`--test-timeout=${testTimeoutMs}`],
})
events.on('test:fail', () => {
  process.exitCode = 1
})
const reported = withSkippedTests(events, skipped)
await pipeline(values.failures ? onlyFailures(reported) : reported, new spec(), process.stdout, { end: false })
if (process.env['CI'] === 'true' && skipped.length > 0) process.exitCode = 1
