import {
  array,
  integer,
  literal,
  minValue,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  regex,
  string,
  union,
  type InferOutput,
} from 'valibot'
import { JsonError, parseJson } from '../std/json.ts'
import type { BudgetBreak } from './budget.ts'
import type { ImageDifferences } from './diff-images.ts'
import { differenceOf } from './difference.ts'
import { differencesJson } from './wording/differences-json.ts'
import { CompareError } from './errors.ts'
import { otherMachineText, type EarlierMachine, type HostMachine } from './host-machine.ts'
import type { Simulation } from './machine.ts'
import type { Measure, MeasuredValue } from './measure.ts'

/** One of the two images of a card. */
export interface CardImage {
  /** As it was named: `node:22`, `oci:folder`. */
  readonly name: string
  /** Of its manifest; undefined for an image that has none yet. */
  readonly digest: string | undefined
}

/** Two images, measured. */
export interface Card {
  readonly before: CardImage
  readonly after: CardImage
  readonly measures: readonly Measure[]
  /** Whose times it tells, where this machine did as if it were another. */
  readonly machine?: Simulation | undefined
  /** What measured it; undefined for an earlier card that does not tell. */
  readonly host?: HostMachine | undefined
  /** What measured the values before, where they are those of an earlier card. */
  readonly earlier?: EarlierMachine | undefined
  /** Where they were asked for. */
  readonly differences?: ImageDifferences | undefined
  /** What a budget does not allow; empty where it is kept, undefined without one. */
  readonly breaks?: readonly BudgetBreak[] | undefined
}

const imageSchema = object({ name: string(), digest: nullable(string()) })

const valueSchema = object({
  value: union([number(), string()]),
  runs: pipe(number(), integer(), minValue(1)),
  spread: nullable(object({ lowest: number(), highest: number() })),
})

const measureSchema = object({
  id: pipe(string(), regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/)),
  name: string(),
  unit: picklist(['bytes', 'milliseconds', 'count', 'text']),
  before: nullable(valueSchema),
  after: nullable(valueSchema),
  better: picklist(['lower', 'higher', 'neither']),
  method: string(),
  note: nullable(string()),
})

const simulationSchema = object({ asked: string(), simulated: array(string()), missing: array(string()) })

const hostSchema = object({
  processor: string(),
  processors: pipe(number(), integer(), minValue(1)),
  memoryBytes: pipe(number(), integer(), minValue(0)),
  kernel: string(),
})

/** A card as JSON. `docs/card.schema.json` says the same; a test holds them together. What it does not name is ignored. */
export const cardSchema = object({
  schemaVersion: literal(1, 'is of a version that this wherry does not know: make the card again'),
  before: imageSchema,
  after: imageSchema,
  measures: array(measureSchema),
  machine: optional(simulationSchema),
  host: optional(hostSchema),
})

/**
 * A card for programs: see `docs/card.schema.json`. What is not known is null; `difference` repeats what the values say.
 *
 * @param toolVersion of wherry
 */
export function cardJson(card: Card, toolVersion: string) {
  const { before, after, measures, machine, host, earlier, differences, breaks } = card
  return {
    schemaVersion: 1,
    tool: { name: 'wherry', version: toolVersion },
    before: imageToJson(before),
    after: imageToJson(after),
    measures: measures.map(measureToJson),
    ...(machine === undefined ? {} : { machine }),
    ...(host === undefined ? {} : { host }),
    ...(earlier === undefined
      ? {}
      : {
          baseline: {
            host: earlier.host ?? null,
            machine: earlier.machine ?? null,
            otherMachine: otherMachine(card) ?? null,
          },
        }),
    ...(breaks === undefined ? {} : { budget: breaks }),
    ...(differences === undefined ? {} : { differences: differencesJson(differences) }),
  } as const
}

/** What is to be said of values of an earlier card that are from another machine. */
export function otherMachine({ measures, host, machine, earlier }: Card): string | undefined {
  return earlier === undefined ? undefined : otherMachineText(measures, { host, machine }, earlier)
}

/** Reads a card that {@link cardJson} made. @param what names it in messages @throws CompareError `bad-card` */
export function readCard(bytes: Uint8Array, what: string): Card {
  const { before, after, measures, machine, host } = parseCard(bytes, what)
  const card = { before: imageFromJson(before), after: imageFromJson(after), measures: measures.map(measureFromJson) }
  return { ...card, ...(machine === undefined ? {} : { machine }), ...(host === undefined ? {} : { host }) }
}

function parseCard(bytes: Uint8Array, what: string): InferOutput<typeof cardSchema> {
  try {
    return parseJson(bytes, cardSchema, what)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new CompareError('bad-card', error.message, {
      cause: error,
      hint: 'A card is what wherry compare --format json prints.',
    })
  }
}

function imageToJson({ name, digest }: CardImage): object {
  return { name, digest: digest ?? null }
}

function imageFromJson({ name, digest }: InferOutput<typeof imageSchema>): CardImage {
  return { name, digest: digest ?? undefined }
}

function measureToJson(measure: Measure): object {
  const { id, name, unit, before, after, better, method, note } = measure
  const difference = differenceOf(measure)
  const judged = difference.kind === 'lower' || difference.kind === 'higher' ? difference : undefined
  return {
    ...{ id, name, unit, better },
    before: valueToJson(before),
    after: valueToJson(after),
    difference: { kind: difference.kind, ratio: judged?.ratio ?? null, isBetter: judged?.isBetter ?? null },
    ...{ method, note: note ?? null },
  }
}

function valueToJson(value: MeasuredValue | undefined): object | null {
  return value === undefined ? null : { value: value.value, runs: value.runs, spread: value.spread ?? null }
}

function measureFromJson(measure: InferOutput<typeof measureSchema>): Measure {
  const { before, after, note } = measure
  return { ...measure, before: valueFromJson(before), after: valueFromJson(after), note: note ?? undefined }
}

function valueFromJson(value: InferOutput<typeof valueSchema> | null): MeasuredValue | undefined {
  return value === null ? undefined : { value: value.value, runs: value.runs, spread: value.spread ?? undefined }
}
