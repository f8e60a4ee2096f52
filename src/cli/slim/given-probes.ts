import type { GivenProbes } from '../../slim/plan-probes.ts'
import { readProbes } from '../../slim/read-probes.ts'
import { countOf } from './counts.ts'
import type { SlimOptions } from './options.ts'

/** What the line says of how the app is asked. @throws SlimError `bad-probe`; CliError `wrong-usage` */
export async function givenProbes(options: SlimOptions): Promise<GivenProbes> {
  const seconds = countOf('--ready-timeout', options['ready-timeout'])
  const given = await readProbes(options, process.cwd())
  return seconds === undefined ? given : { ...given, readyMs: seconds * 1000 }
}
