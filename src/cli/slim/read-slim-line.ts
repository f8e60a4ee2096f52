import type { SlimRequest } from '../../slim/slim-request.ts'
import { usualRounds, wholeSlimSettings } from '../../toolchain/slim-image.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { readVariableFile, variablesGiven } from '../run/environment.ts'
import { makeFolders, readMounts } from '../run/mounts.ts'
import { readNetwork } from '../run/network.ts'
import { countOf } from './counts.ts'
import { givenProbes } from './given-probes.ts'
import type { SlimOptions } from './options.ts'

/** The part of a request that the line says alone. */
export type SlimLine = Omit<SlimRequest, 'build' | 'text' | 'context'>

/** Everything that the line says of slimming, whatever is slimmed. @throws CliError `wrong-usage`, `file-failed`; SlimError `bad-probe` */
export async function readSlimLine(
  command: readonly string[],
  options: SlimOptions,
  { environment }: CommandContext,
): Promise<SlimLine> {
  const mounts = readMounts(options, process.cwd())
  const [nameless] = mounts.volumes
  if (nameless !== undefined) {
    wrongUsage(`-v ${nameless} names no folder of this machine`, `Write -v FOLDER:${nameless}, or --tmpfs ${nameless}.`)
  }
  await makeFolders(mounts)
  const files = await Promise.all(options['env-file'].map(readVariableFile))
  return wholeSlimSettings({
    ...{ keep: options.keep, drop: options.drop, probes: await givenProbes(options) },
    ...(options.base === undefined ? {} : { finalBase: options.base }),
    launch: {
      command: command.length === 0 ? undefined : command,
      environment: variablesGiven([...files.flat(), ...options.env], environment),
      mounts: mounts.mounts,
      network: readNetwork(options.network ?? 'none'),
    },
    improves: options.improve ?? true,
    roundsMax: countOf('--rounds', options.rounds) ?? usualRounds,
  })
}
