import type { BuildContext } from '../../build-context.ts'

const filesMax = 40
const bytesMax = 65_536

/** Imports that make Go link a program with the C library, if it may. Everything of `net` imports `net` itself. */
const linking = /^\s*(?:import\s+)?(?:[\w.]+\s+)?"(?:net|net\/[\w/]+|os\/user|C|plugin|crypto\/tls|crypto\/x509)"/m

/**
 * Whether Go files of the build context import packages that make a program depend on the C library. No is not sure: undefined.
 */
export function importsLibc(context: BuildContext | undefined): true | undefined {
  return someGoFile(context, linking)
}

/** Whether Go files of the build context bring something along that a program otherwise looks for in its image. */
export function embeds(context: BuildContext | undefined, what: 'time zones' | 'certificates'): true | undefined {
  return someGoFile(context, what === 'time zones' ? /"time\/tzdata"/ : /"golang\.org\/x\/crypto\/x509roots\/fallback"/)
}

/** Looks at the root folder, `cmd`, `internal` and `pkg`. */
function someGoFile(context: BuildContext | undefined, pattern: RegExp): true | undefined {
  if (context === undefined) return undefined
  const waiting = ['', 'cmd', 'internal', 'pkg']
  let files = 0
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    for (const { name, kind } of context.list(folder) ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (kind === 'directory' && folder !== '' && path.split('/').length < 4) waiting.push(path)
      if (kind !== 'file' || !name.endsWith('.go') || name.endsWith('_test.go')) continue
      files += 1
      if (files > filesMax) return undefined
      if (pattern.test(context.read(path, bytesMax) ?? '')) return true
    }
  }
  return undefined
}
