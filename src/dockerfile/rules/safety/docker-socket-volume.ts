import { deleteInstruction } from '../../edit.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps } from '../facts/built-steps.ts'
import type { Rule } from '../rule.ts'

/** A VOLUME where Docker's socket would be. */
export const dockerSocketVolume: Rule = {
  name: 'DockerSocketVolume',
  category: 'safety',
  severity: 'warning',
  summary: "VOLUME names Docker's socket",
  check(file, report) {
    for (const { step, isShipped } of builtSteps(file)) {
      const { evaluated } = step
      const { instruction } = evaluated
      if (!isShipped || evaluated.kind !== 'volume' || instruction.kind !== 'volume') continue
      const index = evaluated.paths.findIndex((path) =>
        /^\/(?:var\/)?run\/(?:docker|containerd\/containerd|podman\/podman)\.sock$/.test(path),
      )
      const path = instruction.paths[index]
      if (path === undefined) continue
      const isAlone = instruction.paths.length === 1
      report({
        message: 'VOLUME does not bring the socket of the machine into the container',
        range: path.range,
        cost: 'It makes an empty folder at this place; and with the real socket mounted, whoever is in the container is root of the machine.',
        hint: 'Leave the line out, and whoever starts the container says whether it may have the socket.',
        ...(isAlone ? fixOf('take VOLUME away', 'unsafe', [deleteInstruction(file.document, instruction)]) : {}),
      })
    }
  },
}
