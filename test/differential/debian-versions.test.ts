import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { compareVersions, parseVersion } from '../../src/debian/version.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { openAptArchive } from '../support/apt.ts'
import { skipUnlessInstalled } from '../support/engines.ts'
import { seededRandom, testSeed } from '../support/seeded-random.ts'

const execute = promisify(execFile)
const skip = skipUnlessInstalled('dpkg', 'apt-get')

type Pair = readonly [string, string]

/** dpkg compares one pair in each process. */
const loop = `
while read -r a b; do
  if dpkg --compare-versions "$a" lt "$b"; then echo -1
  elif dpkg --compare-versions "$a" eq "$b"; then echo 0
  else echo 1; fi
done < "$1"`

/** Several loops at once, as dpkg mostly waits for being started. */
async function dpkgOrders(pairs: readonly Pair[]): Promise<readonly number[]> {
  await using folder = await temporaryDirectory()
  const loops = 3
  const partLength = Math.ceil(pairs.length / loops)
  const parts = Array.from({ length: loops }, async (_, part) => {
    const path = join(folder.path, `pairs-${part}`)
    const own = pairs.slice(part * partLength, (part + 1) * partLength)
    await writeFile(path, own.map((pair) => `${pair.join(' ')}\n`).join(''))
    const { stdout } = await execute('sh', ['-c', loop, 'sh', path])
    return stdout.split('\n').filter(Boolean).map(Number)
  })
  return (await Promise.all(parts)).flat()
}

async function assertSameOrder(pairs: readonly Pair[]): Promise<void> {
  const expected = await dpkgOrders(pairs)
  assert.equal(expected.length, pairs.length)
  for (const [index, [a, b]] of pairs.entries()) {
    assert.equal(Math.sign(compareVersions(a, b)), expected[index], `${a} and ${b}`)
  }
}

describe('versions are in the order that dpkg sees', { skip }, () => {
  const seed = testSeed()
  const random = seededRandom(seed)
  const pick = <Value>(values: readonly Value[]): Value => values[random.integer(values.length)] ?? assert.fail()

  test(`pairs that differ in little (seed ${seed})`, async () => {
    const tokens = [
      '0',
      '1',
      '9',
      '10',
      '00',
      '01',
      'a',
      'b',
      'Z',
      '.',
      '.',
      '+',
      '~',
      '~',
      '-',
      'rc',
      '+b1',
      '99999999999',
    ]
    const version = (): string => {
      for (;;) {
        const upstream = Array.from({ length: random.integer(6) }, () => pick(tokens)).join('')
        const text = `${pick(['', '', '', '0:', '1:'])}${pick(['0', '1', '1.', '1.0'])}${upstream}`
        if (parseVersion(text) !== undefined) return text
      }
    }
    const variant = (text: string): string => {
      const at = 2 + random.integer(text.length)
      const changed = text.slice(0, at) + pick(tokens) + text.slice(at + random.integer(2))
      return parseVersion(changed) === undefined ? version() : changed
    }
    await assertSameOrder(
      Array.from({ length: 2000 }, (): Pair => {
        const one = version()
        return [one, variant(one)]
      }),
    )
  })

  test(`neighbours in Debian's own lists (seed ${seed})`, async (context) => {
    await using archive = await openAptArchive().then((opened) => (typeof opened === 'string' ? undefined : opened))
    if (archive === undefined) return context.skip('apt has no package lists, and its mirror gives none')
    const versions = new Set(
      archive.indexes.flatMap((index) =>
        [...index.packageNames()]
          .filter(() => random.integer(10) === 0)
          .flatMap((name) => index.packages(name).map((one) => one.version)),
      ),
    )
    const sorted = [...versions].toSorted(compareVersions)
    const neighbours = sorted.slice(1).map((version, index): Pair => [sorted[index] ?? '', version])
    await assertSameOrder(Array.from({ length: 1000 }, () => pick(neighbours)))
  })
})
