const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long something took or will take, in at most two units: `850ms`, `4.1s`, `3m 20s`, `2h 5m`. */
export function formatDuration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))}ms`
  if (ms < 9.95 * SECOND) return `${(ms / SECOND).toFixed(1)}s`
  return formatSeconds(Math.round(ms / SECOND))
}

/** {@link formatDuration} for whole seconds: `3s`, `3m 20s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`
}

/** How long ago, in the words that docker uses: `About an hour ago`, `3 weeks ago`. A moment to come is `in the future`. */
export function formatAge(ms: number): string {
  if (ms < -MINUTE) return 'in the future'
  if (ms < SECOND) return 'Less than a second ago'
  if (ms < MINUTE) return `${count(ms / SECOND, 'second')} ago`
  if (ms < 2 * MINUTE) return 'About a minute ago'
  if (ms < HOUR) return `${count(ms / MINUTE, 'minute')} ago`
  if (ms < 2 * HOUR) return 'About an hour ago'
  if (ms < 2 * DAY) return `${count(ms / HOUR, 'hour')} ago`
  if (ms < 14 * DAY) return `${count(ms / DAY, 'day')} ago`
  if (ms < 60 * DAY) return `${count(ms / (7 * DAY), 'week')} ago`
  if (ms < 730 * DAY) return `${count(ms / (30 * DAY), 'month')} ago`
  return `${count(ms / (365 * DAY), 'year')} ago`
}

function count(exact: number, unit: string): string {
  const whole = Math.floor(exact)
  return whole === 1 ? `1 ${unit}` : `${whole} ${unit}s`
}
