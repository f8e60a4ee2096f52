import { buildOpened } from '../../toolchain/build-opened.ts'
import { openBuild } from '../../toolchain/open-build.ts'
import type { CommandContext } from '../context.ts'
import { openCommandToolchain } from '../command-toolchain.ts'
import { withPlaces } from './build-failure.ts'
import { buildSettingsOf } from './build-settings.ts'
import { readDestinations } from './destinations.ts'
import type { BuildOptions } from './options.ts'
import { writeReports } from './reports.ts'
import { refuseFailedChecks, warnOfChecks } from './run-checks.ts'

/** Builds what the line says, brings it to its outputs, and tells what came of it. */
export async function runBuild(word: string, options: BuildOptions, context: CommandContext): Promise<void> {
  const { job } = context
  const startedMs = job.clock.now()
  // What is wrong with the line is told before anything is done.
  const wanted = readDestinations(options, context.output)
  const settings = await buildSettingsOf(options, context)
  await using toolchain = await openCommandToolchain(context, options)
  await using opened = await openBuild(word, settings, toolchain, job)
  await refuseFailedChecks(opened, options, context)
  const { request, dockerfile } = opened
  const failing = { dockerfile, document: request.document, contextNames: request.namedContexts.keys() }
  await withPlaces(failing, async () => {
    const outcome = await buildOpened(opened, wanted, startedMs, toolchain, job)
    await writeReports(outcome, options, context)
  })
  await warnOfChecks(opened, options, { ...context, cacheDirectory: toolchain.folders.builds })
}
