import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { MaintainerInstruction } from '../../instruction.ts'
import { fixOf } from '../edits/replace-text.ts'
import type { Rule } from '../rule.ts'

/** What the OCI image-spec calls the authors of an image (annotations.md). */
const label = 'org.opencontainers.image.authors'

/** BuildKit's check: a label instead of MAINTAINER. */
export const maintainerDeprecated: Rule = {
  name: 'MaintainerDeprecated',
  category: 'buildkit',
  severity: 'warning',
  summary: 'MAINTAINER is deprecated',
  check({ document }, report) {
    for (const instruction of document.instructions) {
      const isInvalid = instruction.kind === 'invalid' && instruction.name === 'MAINTAINER'
      if (instruction.kind !== 'maintainer' && !isInvalid) continue
      report({
        message: 'MAINTAINER is deprecated',
        range: instruction.keyword.range,
        cost: 'Registries and scanners look at labels.',
        hint: `Use LABEL ${label}="…".`,
        ...(instruction.kind === 'maintainer'
          ? fixOf('make it a label', 'safe', [labelInstead(document, instruction)])
          : {}),
      })
    }
  },
}

function labelInstead(document: DockerfileDocument, instruction: MaintainerInstruction): TextEdit | undefined {
  const { keyword, maintainer, range, innerComments } = instruction
  if (innerComments.length > 0) return undefined
  const name = keyword.value === keyword.value.toLowerCase() ? 'label' : 'LABEL'
  // The quotes that many put around it are a part of the author's name.
  const author = /^(["'])(.*)\1$/s.exec(maintainer.value)?.[2] ?? maintainer.value
  const escaped = author.replace(/["$\\`]/g, (character) =>
    character === '"' || character === '$' || character === document.escape ? document.escape + character : character,
  )
  return { range, newText: `${name} ${label}="${escaped}"` }
}
