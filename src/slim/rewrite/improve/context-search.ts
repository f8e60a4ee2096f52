import type { BuildContext } from '../../../dockerfile/build-context.ts'

const filesMax = 4000
const bytesMax = 256 * 1024
const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules', 'vendor', 'target', '.venv', 'venv', 'dist'])

/**
 * Whether some file of the build context has a text in its beginning. Where there are too many files to tell, it is as if one had it; where
 * nobody knows the context, as if none had.
 */
export function someFile(
  context: BuildContext | undefined,
  isMeant: (name: string) => boolean,
  pattern: RegExp,
): boolean {
  if (context === undefined) return false
  const waiting = ['']
  let files = 0
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const { name, kind } of context.list(folder) ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (kind === 'directory' && !skipped.has(name)) waiting.push(path)
      if (kind !== 'file' || !isMeant(name)) continue
      files += 1
      if (files > filesMax || pattern.test(context.read(path, bytesMax) ?? '')) return true
    }
  }
  return false
}
