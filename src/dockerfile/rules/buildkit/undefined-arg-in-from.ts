import { quote } from '../../reading/report.ts'
import { renameVariable } from '../edits/rename-variable.ts'
import { fixOf } from '../edits/replace-text.ts'
import { nearNames } from '../facts/near-names.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** BuildKit's check: FROM knows the ARGs before the first FROM, and the automatic ones. */
export const undefinedArgInFrom: Rule = {
  name: 'UndefinedArgInFrom',
  category: 'buildkit',
  severity: 'warning',
  summary: 'FROM uses an ARG that nothing declares',
  check(file, report) {
    const near = nearNames(knownNames(file))
    for (const { variables } of file.evaluated.stages) {
      for (const use of variables) {
        if (use.isSet || use.isDeclared) continue
        const { name, range } = use
        const meant = near.find(name)
        report({
          message: `no ARG before the first FROM declares ${quote(name)}`,
          range,
          cost: 'It is empty, even if --build-arg gives it a value.',
          hint: meant === undefined ? `Write ARG ${name} before the first FROM.` : `Did you mean ${meant}?`,
          ...(meant === undefined
            ? {}
            : fixOf(`write ${meant}`, 'unsafe', [renameVariable(file.document, use, meant)])),
        })
      }
    }
  },
}

function knownNames({ document, evaluated }: RuleInput): ReadonlySet<string> {
  const declared = document.globalArguments.flatMap(({ declarations }) => declarations.map(({ name }) => name.value))
  return new Set([...evaluated.globalArguments.keys(), ...declared])
}
