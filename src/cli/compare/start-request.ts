import { readProbes } from '../../slim/read-probes.ts'
import type { OptionValues } from '../command-spec.ts'
import { wrongUsage } from '../errors.ts'
import type { appOptions } from '../measure/app-options.ts'
import { readVariableFile, variablesGiven } from '../run/environment.ts'
import { countOf } from '../slim/counts.ts'
import type { StartRequest } from './run-request.ts'

/** Reads how images are started. @throws CliError `wrong-usage`, `file-failed`; SlimError `bad-probe` */
export async function readStartRequest(
  options: OptionValues<typeof appOptions>,
  callerEnvironment: NodeJS.ProcessEnv,
): Promise<StartRequest> {
  const { probe } = options
  if (probe.length > 1) wrongUsage('--probe is given twice', 'The time is that of one answer: ask what matters most.')
  const seconds = countOf('--ready-timeout', options['ready-timeout'])
  const files = await Promise.all(options['env-file'].map(readVariableFile))
  const environment = variablesGiven([...files.flat(), ...options.env], callerEnvironment)
  const given = await readProbes({ probe, 'probe-file': [], 'probe-exec': [], 'probe-script': [] }, process.cwd())
  return {
    environment,
    probes: { ...given, explores: false, readyMs: seconds === undefined ? undefined : seconds * 1000 },
    words: [
      ...probe.map((each) => `asked ${each}`),
      ...(environment.size === 0 ? [] : [`with ${[...environment.keys()].join(', ')}`]),
    ].join(', '),
  }
}
