import type { RunConfig } from '../../image/config.ts'
import { shortDigest } from '../../image/digest.ts'
import { historyInstruction } from '../../image/history.ts'
import { formatReference, type Reference } from '../../image/reference.ts'
import { plural } from '../../std/plural.ts'
import { formatSize } from '../../std/format-size.ts'
import { formatTable } from '../format/table.ts'
import { formatAge } from '../../std/format-time.ts'
import { printable } from '../../std/printable.ts'
import type { Style } from '../../std/style.ts'
import { padEnd, textWidth, truncate } from '../../std/text-width.ts'
import { offeredPlatforms, type Inspection } from './inspection.ts'

type Field = readonly [name: string, ...values: string[]]

export interface TextOptions {
  readonly style: Style
  readonly nowMs: number
  /** Where history lines are cut. */
  readonly columns: number
}

/** An inspection for people. */
export function inspectionToText(
  inspection: Inspection,
  reference: Reference | undefined,
  options: TextOptions,
): string {
  const { style } = options
  const { config } = inspection
  const parts = [fieldsToText(imageFields(inspection, reference, options.nowMs), style)]
  const run = config?.config === undefined ? [] : runFields(config.config)
  if (run.length > 0) parts.push(`${style.bold('How it runs')}\n${fieldsToText(run, style)}`)
  const annotations = Object.entries(inspection.manifest.annotations ?? {}).map(([key, value]) => `${key}=${value}`)
  if (annotations.length > 0) parts.push(fieldsToText([['Annotations', ...annotations]], style))
  if (inspection.lines.length > 0)
    parts.push(`${style.bold('Layers, the lowest first')}\n${layersToText(inspection, options)}`)
  return parts.join('\n')
}

function imageFields(inspection: Inspection, reference: Reference | undefined, nowMs: number): readonly Field[] {
  const { top, manifest, descriptor, config, platform } = inspection
  const layersBytes = manifest.layers.reduce((sum, layer) => sum + layer.size, 0)
  const offered = top.document.kind === 'index' ? offeredPlatforms(top.document) : []
  return present([
    ['Reference', reference === undefined ? '' : formatReference(reference)],
    ['Index', top.document.kind === 'index' ? top.descriptor.digest : ''],
    ['', ...offered.map((each) => `${padEnd(each.platform, 16)} ${each.digest}`)],
    ['Manifest', descriptor.digest],
    ['Media type', manifest.mediaType],
    ['Artifact type', config === undefined ? (manifest.artifactType ?? manifest.config.mediaType) : ''],
    ['Subject', manifest.subject?.digest ?? ''],
    ['Config', manifest.config.digest],
    ['Platform', platform ?? ''],
    ['Created', createdText(config?.created, nowMs)],
    ['Author', config?.author ?? ''],
    ['Size', `${formatSize(layersBytes)} in ${plural(manifest.layers.length, 'layer')}`],
  ])
}

function createdText(created: string | undefined, nowMs: number): string {
  const createdMs = created === undefined ? Number.NaN : Date.parse(created)
  return Number.isNaN(createdMs) ? (created ?? '') : `${created} (${formatAge(nowMs - createdMs)})`
}

function runFields(config: RunConfig): readonly Field[] {
  return present([
    ['User', config.User ?? ''],
    ['Directory', config.WorkingDir ?? ''],
    ['Entrypoint', words(config.Entrypoint)],
    ['Command', words(config.Cmd)],
    ['Shell', words(config.Shell)],
    ['Health check', words(config.Healthcheck?.Test)],
    ['Stop signal', config.StopSignal ?? ''],
    ['Ports', Object.keys(config.ExposedPorts ?? {}).join(', ')],
    ['Volumes', Object.keys(config.Volumes ?? {}).join(', ')],
    ['Environment', ...(config.Env ?? [])],
    ['Labels', ...Object.entries(config.Labels ?? {}).map(([key, value]) => `${key}=${value}`)],
    ['On build', ...(config.OnBuild ?? [])],
  ])
}

function words(list: readonly string[] | undefined): string {
  return list === undefined || list.length === 0 ? '' : JSON.stringify(list)
}

function present(fields: readonly Field[]): readonly Field[] {
  return fields.filter(([, ...values]) => values.some((value) => value !== ''))
}

const nameColumns = 14

function fieldsToText(fields: readonly Field[], style: Style): string {
  return fields
    .flatMap(([name, ...values]) =>
      values.map((value, index) => {
        const shown = index === 0 ? name : ''
        const gap = ' '.repeat(Math.max(1, nameColumns - textWidth(shown)))
        return `${style.bold(shown)}${gap}${printable(value)}\n`
      }),
    )
    .join('')
}

function layersToText({ lines }: Inspection, { columns }: TextOptions): string {
  const rows = lines.map(({ layer, createdBy }) => [
    layer === undefined ? '' : shortDigest(layer.digest),
    layer === undefined ? '' : formatSize(layer.size),
    truncate(printable(historyInstruction(createdBy) || (layer?.mediaType ?? '')), Math.max(20, columns - 30)),
  ])
  return formatTable([{ title: 'DIGEST' }, { title: 'SIZE', align: 'right' }, { title: 'MADE BY' }], rows)
}
