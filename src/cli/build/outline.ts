import type { EvaluatedDockerfile, EvaluatedMount } from '../../dockerfile/evaluated.ts'
import { neededStages } from '../../dockerfile/stages.ts'
import { printable } from '../../std/printable.ts'
import { formatJson } from '../format/json.ts'
import { formatTable } from '../format/table.ts'
import type { Style } from '../../std/style.ts'
import { descriptionOf } from './description.ts'

interface OutlineArgument {
  readonly name: string
  readonly value: string | undefined
  readonly description: string
}

interface OutlineMount {
  readonly name: string
  readonly required: boolean
}

/** What a target can be given: arguments, secrets and agents of all stages that it needs. */
interface Outline {
  readonly name: string
  readonly description: string
  readonly arguments: readonly OutlineArgument[]
  readonly secrets: readonly OutlineMount[]
  readonly agents: readonly OutlineMount[]
}

function outlineOf(evaluated: EvaluatedDockerfile): Outline {
  const { target, document, globalArguments } = evaluated
  const needed = target === undefined ? [] : neededStages(evaluated, target)
  const found = new Map<string, OutlineArgument>()
  for (const instruction of document.globalArguments) {
    for (const { name } of instruction.declarations) {
      const value = globalArguments.get(name.value)
      found.set(name.value, { name: name.value, value, description: descriptionOf(name.value, instruction) })
    }
  }
  for (const each of needed.flatMap(({ instructions }) => instructions)) {
    if (each.kind !== 'arg') continue
    for (const { name, value } of each.declarations) {
      const description = descriptionOf(name, each.instruction)
      const before = found.get(name)
      if (before === undefined || before.description === '') found.set(name, { name, value, description })
    }
  }
  const mounts = needed.flatMap(({ instructions }) =>
    instructions.flatMap((each) => ('mounts' in each ? each.mounts : [])),
  )
  const { stage } = target ?? {}
  return {
    name: stage?.name ?? '',
    description: stage?.name === undefined ? '' : descriptionOf(stage.name, stage.from),
    arguments: [...found.values()],
    secrets: mountsOf(
      mounts,
      'secret',
      ({ id, source, target: path = '' }) => id ?? source ?? path.replace(/.*\//, ''),
    ),
    agents: mountsOf(mounts, 'ssh', ({ id }) => id ?? 'default'),
  }
}

/** Each once; it is required if one mount requires it. */
function mountsOf(
  mounts: readonly EvaluatedMount[],
  type: EvaluatedMount['type'],
  nameOf: (mount: EvaluatedMount) => string,
): readonly OutlineMount[] {
  const found = new Map<string, boolean>()
  for (const mount of mounts.filter((each) => each.type === type)) {
    const name = nameOf(mount)
    found.set(name, mount.isRequired || found.get(name) === true)
  }
  return [...found].map(([name, required]) => ({ name, required }))
}

/** `--call outline` */
export function outlineText(evaluated: EvaluatedDockerfile, style: Style): string {
  const { name, description, arguments: found, secrets, agents } = outlineOf(evaluated)
  const head = [
    `${style.bold('TARGET:')}      ${name === '' ? '(default)' : printable(name)}\n`,
    ...(description === '' ? [] : [`${style.bold('DESCRIPTION:')} ${printable(description)}\n`]),
  ].join('')
  const rows = found.map((each) => [each.name, each.value ?? '', each.description].map(printable))
  const mountTable = (title: string, mounts: readonly OutlineMount[]): readonly string[] => {
    const lines = mounts.map((mount) => [printable(mount.name), String(mount.required)])
    return mounts.length === 0 ? [] : [formatTable([{ title }, { title: 'REQUIRED' }], lines)]
  }
  return [
    head,
    ...(rows.length === 0
      ? []
      : [formatTable([{ title: 'BUILD ARG' }, { title: 'VALUE' }, { title: 'DESCRIPTION' }], rows)]),
    ...mountTable('SECRET', secrets),
    ...mountTable('SSH', agents),
  ].join('\n')
}

/** `--call outline,format=json`, with BuildKit's keys. */
export function outlineJson(evaluated: EvaluatedDockerfile): string {
  const { name, description, arguments: found, secrets, agents } = outlineOf(evaluated)
  return formatJson({
    name,
    ...(description === '' ? {} : { description }),
    args: found.map((each) => ({
      name: each.name,
      ...(each.description === '' ? {} : { description: each.description }),
      ...(each.value === undefined ? {} : { value: each.value }),
    })),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(agents.length === 0 ? {} : { ssh: agents }),
  })
}
