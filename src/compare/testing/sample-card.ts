import type { Card } from '../card.ts'
import type { Measure } from '../measure.ts'
import { medianOf } from '../measure-times.ts'

function count(
  id: string,
  name: string,
  unit: Measure['unit'],
  [before, after]: readonly [number | string | undefined, number | string | undefined],
  more: Partial<Measure> = {},
): Measure {
  const value = (each: number | string | undefined) =>
    each === undefined ? undefined : { value: each, runs: 1, spread: undefined }
  const values = { before: value(before), after: value(after) }
  return { id, name, unit, ...values, better: 'lower', method: `how ${name} is measured`, note: undefined, ...more }
}

function time(id: string, name: string, before: readonly number[], after: readonly number[]): Measure {
  const values = { before: medianOf(before), after: medianOf(after) }
  return { id, name, unit: 'milliseconds', ...values, better: 'lower', method: 'a clock', note: undefined }
}

/** A card with everything that rows can be. */
export const sampleCard: Card = {
  before: { name: 'app:1', digest: `sha256:${'a'.repeat(64)}` },
  after: { name: 'app:1-slim', digest: undefined },
  measures: [
    count('size.compressed', 'image, compressed', 'bytes', [241_000_000, 2_880_000]),
    count('size.unpacked', 'image, unpacked', 'bytes', [689_000_000, 6_920_000]),
    count('size.waste', 'waste', 'bytes', [51_300_000, 0], {
      note: 'before: 51.3MB of RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates',
    }),
    count('content.files', 'files', 'count', [23_835, 700]),
    count('content.packages', 'packages', 'count', [undefined, 4], { note: 'before: the packages cannot be read' }),
    count('content.folders', 'folders', 'count', [62, 62]),
    count('safety.setuid', 'setuid files', 'count', [0, 1], { note: 'after: /usr/bin/[x]|<su>\u{1b}' }),
    count('safety.user', 'user', 'text', ['root', '65532'], { better: 'neither' }),
    time('build.cold', 'build, cold', [12_000, 12_500, 13_000], [14_000, 14_200, 15_000]),
    time('build.nothing', 'build, nothing changed', [200, 210, 250], [190, 205, 260]),
    time('start.first-answer', 'start to first answer', [410, 400, 430], [5.2, 5.3, 6.1]),
  ],
}
