import type { EvaluatedDockerfile, FileSource } from '../../dockerfile/evaluated.ts'
import { printable } from '../../std/printable.ts'
import { formatJson } from '../format/json.ts'
import { formatTable } from '../format/table.ts'
import { descriptionOf } from './description.ts'

interface Target {
  readonly name: string
  readonly isDefault: boolean
  readonly description: string
  readonly base: string
  readonly platform: string | undefined
}

/** The stages that have a name, and the last, which is built when none is named. */
function targetsOf({ stages }: EvaluatedDockerfile): readonly Target[] {
  return stages.flatMap(({ stage, base, platform }): readonly Target[] => {
    const isDefault = stage.index === stages.length - 1
    if (stage.name === undefined && !isDefault) return []
    const description = stage.name === undefined ? '' : descriptionOf(stage.name, stage.from)
    return [{ name: stage.name ?? '', isDefault, description, base: baseOf(base, stages), platform }]
  })
}

function baseOf(base: FileSource, stages: EvaluatedDockerfile['stages']): string {
  if (base.kind === 'image') return base.reference
  return base.kind === 'scratch' ? 'scratch' : (stages[base.index]?.stage.name ?? String(base.index))
}

/** `--call targets` */
export function targetsText(evaluated: EvaluatedDockerfile): string {
  const rows = targetsOf(evaluated).map(({ name, isDefault, description }) => [
    name === '' ? '(default)' : `${printable(name)}${isDefault ? ' (default)' : ''}`,
    printable(description),
  ])
  return formatTable([{ title: 'TARGET' }, { title: 'DESCRIPTION' }], rows)
}

/** `--call targets,format=json`, with BuildKit's keys. */
export function targetsJson(evaluated: EvaluatedDockerfile): string {
  const targets = targetsOf(evaluated)
  return formatJson({
    default: targets.find(({ isDefault }) => isDefault)?.name ?? '',
    targets: targets.map(({ name, isDefault, description, base, platform }) => ({
      name,
      ...(isDefault ? { default: true } : {}),
      ...(description === '' ? {} : { description }),
      base,
      ...(platform === undefined ? {} : { platform }),
    })),
  })
}
