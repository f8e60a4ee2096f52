import { quote } from '../../reading/report.ts'
import { lineageSteps } from '../facts/stage-facts.ts'
import type { Rule } from '../rule.ts'

/** `COPY dist ./dist` without a WORKDIR: it lands in `/`, or wherever the base works. */
export const relativeDestination: Rule = {
  name: 'RelativeDestination',
  category: 'mistake',
  severity: 'information',
  summary: 'a relative path is written to, and nothing says where that is',
  check({ target }, report) {
    if (target === undefined) return
    const { isWindows, workingDirectory } = target.base
    // Where a base works in a folder of its own, that is what people rely on.
    if (isWindows || (workingDirectory !== undefined && workingDirectory !== '/')) return
    for (const { evaluated, isOwn } of lineageSteps(target)) {
      if (evaluated.kind === 'workdir') return
      if ((evaluated.kind !== 'copy' && evaluated.kind !== 'add') || !isOwn) continue
      const { destination, instruction } = evaluated
      if (destination === '' || /^[/$"']|^[A-Za-z]:|^~/.test(destination)) continue
      report({
        message:
          workingDirectory === '/'
            ? `${quote(destination)} is relative to /: no WORKDIR stands above`
            : `${quote(destination)} is relative to a folder that only the base knows: no WORKDIR stands above`,
        range: instruction.destination.range,
        cost: 'The files lie among those of the system, or move with the next version of the base.',
        hint: 'Write WORKDIR /app above, or an absolute path.',
      })
      return
    }
  },
}
