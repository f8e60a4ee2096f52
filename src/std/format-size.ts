const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** A count of bytes as docker prints it: decimal units, three digits (`0B`, `12.3kB`, `4.05GB`). */
export function formatSize(sizeBytes: number): string {
  let value = sizeBytes
  let unit = 0
  while (Number(value.toPrecision(3)) >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${Number(value.toPrecision(3))}${units[unit] ?? ''}`
}
