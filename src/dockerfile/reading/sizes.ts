const unitFactors: Readonly<Record<string, number>> = {
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
}

/** Bytes as Docker's `RAMInBytes` (go-units) reads them: `64m`, `1.5 GiB`, `4096`. Undefined for anything else. */
export function parseSizeBytes(text: string): number | undefined {
  const match = /^\+?((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?) ?([a-zA-Z]{0,3})$/.exec(text)
  const [, digits = '', unit = ''] = match ?? []
  const number = Number(digits)
  if (match === null || !Number.isFinite(number)) return undefined
  const letter = unit.charAt(0).toLowerCase()
  const rest = unit.slice(1).toLowerCase()
  const factor = letter === '' ? 1 : unitFactors[letter]
  if (factor === undefined || (letter === 'b' && rest !== '')) return undefined
  return ['', 'b', 'ib'].includes(rest) ? Math.trunc(number * factor) : undefined
}

/** A number without sign that fits in 32 bits, in base 8 or 10. Undefined for anything else. */
export function parseUnsigned(text: string, base: 8 | 10): number | undefined {
  if (!(base === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(text)) return undefined
  const number = Number.parseInt(text, base)
  return number <= 0xffff_ffff ? number : undefined
}

const durationUnits: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

/** A duration as Go's `time.ParseDuration` reads it: `1m30s`, `0.5h`, `0`. Undefined for anything else. */
export function parseDurationNanoseconds(text: string): number | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0
  if (!/^(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined
  let nanoseconds = 0
  for (const [, number = '', unit = ''] of rest.matchAll(/([0-9.]+)([a-zµμ]+)/g)) {
    nanoseconds += Number(number) * (durationUnits[unit] ?? 0)
  }
  const rounded = Math.trunc(nanoseconds)
  if (rounded >= 2 ** 63) return undefined
  return sign === '-' ? -rounded : rounded
}
