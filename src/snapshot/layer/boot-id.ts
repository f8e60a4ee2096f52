import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

let known: string | undefined

/**
 * Which boot of the machine this is, 32 hexadecimal digits. What is kept beside layers is not synced, so after a power cut it may
 * be torn without a sign: it counts for the boot that made it. Where the kernel does not tell, it counts for this process.
 */
export function bootId(): string {
  known ??= readBootId() ?? randomBytes(16).toString('hex')
  return known
}

function readBootId(): string | undefined {
  try {
    const digits = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replaceAll(/[-\n]/g, '')
    return /^[0-9a-f]{32}$/.test(digits) ? digits : undefined
  } catch {
    return undefined
  }
}
