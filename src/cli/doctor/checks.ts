import type { CheckResult } from './check.ts'
import { checkCgroups, checkErofs, checkKernel, checkOverlay, mountFix } from './file-systems.ts'
import type { Machine } from './machine.ts'
import { checkNamespaces, checkSubordinateIds, namespaceFix } from './namespaces.ts'
import { checkEmulators, checkNetwork, checkRuntimes } from './programs.ts'
import { checkClock, checkDisk, checkLogins } from './surroundings.ts'

/** Every check, in the order in which one builds on another. */
export function checkMachine(machine: Machine, storePath: string): readonly CheckResult[] {
  return [
    checkKernel(machine),
    checkNamespaces(machine),
    checkSubordinateIds(machine),
    checkOverlay(machine),
    checkErofs(machine),
    checkCgroups(machine),
    checkRuntimes(machine),
    checkNetwork(machine),
    checkDisk(machine, storePath),
    checkLogins(machine),
    checkClock(machine, storePath),
    checkEmulators(machine),
  ]
}

/** The least that helps where namespaces cannot be made, or nothing be mounted; undefined where no cause is known. */
export function leastFix(problem: 'namespaces' | 'mounts', machine: Machine): string | undefined {
  return problem === 'namespaces' ? namespaceFix(machine) : mountFix(machine)
}

/** What fails because of the machine, by the codes of its errors. */
const problemOfCode: Readonly<Record<string, 'namespaces' | 'mounts' | 'runtime'>> = {
  'no-namespaces': 'namespaces',
  'cannot-mount': 'mounts',
  'no-sandbox': 'runtime',
}

/**
 * What doctor says of a failure of this code, in its own words: what is missing, and the least that helps. Undefined where the machine is not
 * to blame, or nothing is known to help.
 */
export function fixOfFailure(code: string, machine: Machine): string | undefined {
  const problem = problemOfCode[code]
  if (problem === undefined) return undefined
  const checks = { namespaces: checkNamespaces, mounts: checkOverlay, runtime: checkRuntimes }
  const { name, state, finding, fix } = checks[problem](machine)
  if (state === 'missing' && fix !== undefined) return `${name}: ${finding}. fix: ${fix}`
  const least = problem === 'namespaces' ? leastFix(problem, machine) : undefined
  return least === undefined ? undefined : `fix: ${least}`
}
