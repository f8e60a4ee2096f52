import type { DockerfileDocument } from '../../document.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps } from '../facts/built-steps.ts'
import { withoutWorldWrite } from '../facts/file-mode.ts'
import { modeChanges, type ModeChange } from '../facts/mode-changes.ts'
import type { Fix, Rule } from '../rule.ts'

/** Files that everybody in the container may change. */
export const worldWritable: Rule = {
  name: 'WorldWritable',
  category: 'safety',
  severity: 'warning',
  summary: 'everybody may change files of the image',
  check(file, report) {
    const { document } = file
    for (const { step, isShipped } of builtSteps(file)) {
      if (!isShipped) continue
      for (const change of modeChanges(step)) {
        const { text, mode, range, paths } = change
        if (!mode.isWorldWritable || mode.isSticky || isDevice(paths)) continue
        const isTemporary = areTemporary(paths)
        report({
          message: `mode ${text} lets every user of the container change these files`,
          range,
          cost: isTemporary
            ? 'Users can delete and replace the files of others.'
            : 'Whoever breaks into any program of the container can put code and settings of his own there.',
          hint: isTemporary
            ? 'Use 1777, with which only owners delete their files.'
            : 'Give the files to the user of the program (COPY --chown, chown) and keep others from writing: 755, 644, u+w.',
          ...fixFor(document, change, isTemporary),
        })
      }
    }
  },
}

function fixFor(
  { text: source }: DockerfileDocument,
  { text, range }: ModeChange,
  isTemporary: boolean,
): { readonly fix?: Fix } {
  const isNumber = /^0?[0-7]{3}$/.test(text)
  const mode = isTemporary ? (isNumber ? `1${text.slice(-3)}` : undefined) : withoutWorldWrite(text)
  const at = source.slice(range.start, range.end).lastIndexOf(text)
  if (mode === undefined || at === -1) return {}
  const start = range.start + at
  return fixOf(`use ${mode}`, 'unsafe', [{ range: { start, end: start + text.length }, newText: mode }])
}

function areTemporary(paths: readonly string[]): boolean {
  return paths.length > 0 && paths.every((path) => /^\/(?:var\/)?tmp\/?$|^\/dev\/shm\/?$/.test(path))
}

function isDevice(paths: readonly string[]): boolean {
  return paths.length > 0 && paths.every((path) => path.startsWith('/dev/') && !path.startsWith('/dev/shm'))
}
