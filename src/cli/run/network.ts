import { accessSync, constants } from 'node:fs'
import { findProgram } from '../../sandbox/find-runtime.ts'
import type { ProcessSpec } from '../../sandbox/process-spec.ts'
import { nearest } from '../../std/nearest.ts'
import { wrongUsage } from '../errors.ts'

/** The network of a process, and why it is not the usual one. */
export interface ChosenNetwork {
  readonly network: ProcessSpec['network']
  readonly notice: string | undefined
}

const networks = ['private', 'host', 'none'] as const
/** Docker's names for a network of a container's own. */
const privateNames = new Set(['private', 'bridge', 'default', 'pasta', 'slirp4netns'])

/**
 * The network that is asked for, or else one of its own; where this machine cannot make such a one and no port has to lead into it, the
 * machine's.
 *
 * @throws CliError `wrong-usage`
 */
export function chooseNetwork(
  asked: string | undefined,
  publishes: boolean,
  environment: NodeJS.ProcessEnv,
): ChosenNetwork {
  if (asked !== undefined) {
    const network = readNetwork(asked)
    const isLost = publishes && network !== 'private'
    return { network, notice: isLost ? `with --network ${network} no ports are published` : undefined }
  }
  const lack = publishes ? undefined : lackOfPrivateNetworks(environment)
  if (lack === undefined) return { network: 'private', notice: undefined }
  return { network: 'host', notice: `the process shares the network of this machine: ${lack}` }
}

/** `--network`. @throws CliError `wrong-usage` */
export function readNetwork(text: string): ProcessSpec['network'] {
  if (privateNames.has(text)) return 'private'
  const found = networks.find((each) => each === text)
  if (found !== undefined) return found
  const near = nearest(text, networks)
  const hint =
    near === undefined ? 'There are private, host and none: there are no networks with names.' : `Did you mean ${near}?`
  return wrongUsage(`--network ${text}: there is no such network`, hint)
}

function lackOfPrivateNetworks(environment: NodeJS.ProcessEnv): string | undefined {
  const programs = ['pasta', 'slirp4netns']
  const isThere = programs.some((name) => findProgram(name, environment['PATH'] ?? '') !== undefined)
  if (!isThere) return 'one of its own takes pasta (the package passt) or slirp4netns'
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
    return undefined
  } catch {
    return 'one of its own takes /dev/net/tun, which cannot be opened'
  }
}
