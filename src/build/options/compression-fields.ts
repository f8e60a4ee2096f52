import { BuildError } from '../errors.ts'
import { booleanField, choiceField, type OptionFields } from './read-fields.ts'

/** How the layers of one output are compressed. */
export interface LayerCompression {
  /** Undefined: as they are. */
  readonly format: 'gzip' | 'zstd' | 'none' | undefined
  /** gzip's 1 to 9, zstd's 1 to 19; undefined: the usual one. */
  readonly level: number | undefined
  /** Also those of the base image. */
  readonly force: boolean
}

export const compressionKeys = ['compression', 'compression-level', 'force-compression'] as const

const levelMax = { gzip: 9, zstd: 19 } as const

/** @throws BuildError `bad-build-option` */
export function compressionOf(fields: OptionFields): LayerCompression {
  const { title, values } = fields
  if (values.get('compression') === 'estargz') {
    throw new BuildError('bad-build-option', `${title}: layers in eStargz are not written`, {
      hint: 'Take gzip, which everything reads, or zstd, which is smaller and faster.',
    })
  }
  const format = choiceField(fields, 'compression', ['gzip', 'zstd', 'uncompressed'])
  const force = booleanField(fields, 'force-compression') ?? false
  if (format === 'uncompressed') return { format: 'none', level: undefined, force }
  return { format: format ?? (force ? 'gzip' : undefined), level: levelOf(fields, levelMax[format ?? 'gzip']), force }
}

function levelOf({ title, values }: OptionFields, max: number): number | undefined {
  const text = values.get('compression-level')
  if (text === undefined) return undefined
  const level = Number(text)
  if (Number.isInteger(level) && level >= 0 && text.trim() !== '') return Math.min(Math.max(level, 1), max)
  throw new BuildError('bad-build-option', `${title}: the level is a whole number from 1 to ${max}`)
}
