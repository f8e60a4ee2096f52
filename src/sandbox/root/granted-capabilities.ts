import { readFileSync } from 'node:fs'
import { allCapabilities } from '../capabilities.ts'
import type { ProcessSpec } from '../process-spec.ts'

/** What a process gets of what it should have: nobody can pass on what he has not, and a kernel knows none that are newer than itself. */
export function grantedCapabilities(spec: ProcessSpec): ReadonlySet<string> {
  const bounding = boundingSet()
  const wanted = spec.isPrivileged ? allCapabilities : [...spec.capabilities]
  return new Set(wanted.filter((name) => (bounding >> BigInt(allCapabilities.indexOf(name))) & 1n))
}

/** The bits of this process' bounding set, by capability number. */
function boundingSet(): bigint {
  const hexadecimal = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return BigInt(`0x${hexadecimal}`)
}
