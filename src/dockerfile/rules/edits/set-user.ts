import type { DockerfileDocument } from '../../document.ts'
import { insertLinesAfter, insertLinesBefore, type TextEdit } from '../../edit.ts'
import type { Instruction } from '../../instruction.ts'
import type { StageFacts } from '../facts/stage-facts.ts'

/** What may need root, or makes files whose owner would be another. */
const building: ReadonlySet<Instruction['kind']> = new Set(['run', 'copy', 'add', 'workdir', 'user', 'invalid'])

/**
 * Lets the container of a stage run as somebody: USER before CMD, ENTRYPOINT and HEALTHCHECK, behind everything that builds; or
 * another name in the last USER where nothing is built behind it.
 *
 * @param last The USER that holds in the end, wherever it stands.
 */
export function setUser(
  document: DockerfileDocument,
  { evaluated }: StageFacts,
  last: Instruction | undefined,
  user: string,
): readonly TextEdit[] {
  const { instructions, from } = evaluated.stage
  const lastBuilding = instructions.findLastIndex(({ kind }) => building.has(kind))
  if (last !== undefined && instructions[lastBuilding] === last && last.heredocs.length === 0) {
    return [{ range: last.arguments.range, newText: user }]
  }
  const keyword = instructions.at(-1)?.keyword.value ?? from.keyword.value
  const line = `${keyword === keyword.toLowerCase() ? 'user' : 'USER'} ${user}`
  const command = instructions
    .slice(lastBuilding + 1)
    .find(({ kind }) => kind === 'cmd' || kind === 'entrypoint' || kind === 'healthcheck')
  if (command !== undefined) return [insertLinesBefore(document, command, [line], { aboveComments: true })]
  return [insertLinesAfter(document, instructions.at(-1) ?? from, [line])]
}
