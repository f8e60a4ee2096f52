import { readdirSync } from 'node:fs'

/** What nobody in a container needs, and what tells of the machine: as Docker hides it (moby, `oci/defaults.go`). */
export const hiddenPaths: { readonly masked: readonly string[]; readonly readOnly: readonly string[] } = {
  masked: [
    ...['/proc/acpi', '/proc/asound', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats'],
    ...['/proc/sched_debug', '/proc/scsi', '/proc/timer_list', '/proc/timer_stats'],
    ...['/sys/devices/virtual/powercap', '/sys/firmware'],
  ],
  readOnly: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
}

/** Those that hold nothing of the machine: every process has them, as they are. */
export const usualDevices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'] as const

/** Those that every process has, with a meaning of its own. */
const ownDevices: ReadonlySet<string> = new Set(['console', 'full', 'null', 'ptmx', 'random', 'tty', 'urandom', 'zero'])

/** The names in /dev of the machine's devices, for who may do everything; terminals are none of them. */
export function hostDevices(): readonly string[] {
  return readdirSync('/dev', { withFileTypes: true })
    .filter((entry) => (entry.isCharacterDevice() || entry.isBlockDevice()) && !ownDevices.has(entry.name))
    .flatMap(({ name }) => (name.startsWith('tty') ? [] : [name]))
}
