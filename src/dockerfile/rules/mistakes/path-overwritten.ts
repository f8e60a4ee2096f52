import type { DockerfileDocument } from '../../document.ts'
import type { EnvInstruction } from '../../instruction.ts'
import type { KeyValue } from '../../instruction-parts.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, type BuiltStep } from '../facts/built-steps.ts'
import type { Rule } from '../rule.ts'

/** `ENV PATH=/app/bin`: without `$PATH` no program of the system is found any more. */
export const pathOverwritten: Rule = {
  name: 'PathOverwritten',
  category: 'mistake',
  severity: 'warning',
  summary: 'ENV takes the folders out of PATH that hold the programs of the system',
  check(file, report) {
    for (const built of builtSteps(file)) {
      const { evaluated } = built.step
      if (evaluated.kind !== 'env' || evaluated.instruction.kind !== 'env' || !hasPrograms(built)) continue
      const { pairs } = evaluated.instruction
      for (const [index, { name, value }] of evaluated.pairs.entries()) {
        const pair = pairs[index]
        if (pair === undefined || name !== 'PATH' || !isLost(pair, value)) continue
        report({
          message: 'this PATH has none of the folders in which a system keeps its programs',
          range: pair.value.range,
          cost: 'Neither RUN nor the container finds ls, apt-get or what the base brings.',
          hint: 'Add what was there before: PATH="/new/folder:$PATH".',
          ...fixFor(file.document, evaluated.instruction, pair),
        })
      }
    }
  },
}

/** An image of one program may do with a PATH of its own. */
function hasPrograms({ stage: { base } }: BuiltStep): boolean {
  return !base.isWindows && !base.isScratch && base.hasShell !== false
}

/** Whether the folders of the system are neither named nor kept by a variable. */
function isLost({ value: written }: KeyValue, value: string): boolean {
  // A semicolon is Windows' way to list folders.
  if (/[$;\\]/.test(written.value) || value === '') return false
  return !value.split(':').some((folder) => ['/bin', '/usr/bin', '/usr/local/bin'].includes(folder.replace(/\/$/, '')))
}

/** What was there before comes behind it. `PATH` without a dollar sign was meant for that. */
function fixFor(
  { text }: DockerfileDocument,
  { pairs }: EnvInstruction,
  { value }: KeyValue,
): ReturnType<typeof fixOf> {
  const { range } = value
  const written = text.slice(range.start, range.end)
  const [, inner = ''] = /^"([\w./:~+-]+)"$|^([\w./:~+-]+)$/.exec(written) ?? []
  if (!/^"?[\w./:~+-]+"?$/.test(written) || (written.startsWith('"') && inner === '') || pairs.length === 0) return {}
  const plain = written.replaceAll('"', '')
  const newValue = /(?:^|:)PATH$/.test(plain) ? plain.replace(/PATH$/, '$PATH') : `${plain.replace(/:$/, '')}:$PATH`
  const newText = written.startsWith('"') ? `"${newValue}"` : newValue
  return fixOf('add $PATH', 'unsafe', [{ range, newText }])
}
