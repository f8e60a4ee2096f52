import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { instructionNames } from '../../../src/dockerfile/instruction.ts'
import type { Instruction } from '../../../src/dockerfile/instruction.ts'
import { cacheSharings, mountTypes } from '../../../src/dockerfile/mount.ts'
import { parseDockerfile } from '../../../src/dockerfile/parse.ts'
import { readRecordedBuild, writeRecordedBuild, type RecordedBuild } from '../../support/build-answers.ts'
import { readBuildCases, type BuildCase } from '../../support/build-cases.ts'
import { buildDifferences } from '../../support/build-differences.ts'
import { buildkitFolder, complaint, startBuildkit, type BuildPeer } from '../../support/build-peers.ts'
import { buildBases, type BuildBases } from '../../support/build-suite.ts'

/**
 * What BuildKit 0.34.2 makes of each case is kept beside it, in `expected.json`. Where somebody built BuildKit's daemon and its
 * client, it is asked anew, and with `UPDATE_GOLDEN=1` as well its answers are kept. With the `go.mod` of `../buildkit`:
 *
 *     go build -o FOLDER/ github.com/moby/buildkit/cmd/buildkitd github.com/moby/buildkit/cmd/buildctl
 *     WHERRY_BUILDKITD=FOLDER npm test -- test/differential/build/cases.test.ts
 */
const cases = readBuildCases()

/** Flags of instructions in BuildKit's Dockerfile reference. */
const flagsOfReference: Readonly<Partial<Record<Instruction['kind'], readonly string[]>>> = {
  from: ['platform'],
  copy: ['from', 'chown', 'chmod', 'link', 'parents', 'exclude'],
  add: ['keep-git-dir', 'checksum', 'chown', 'chmod', 'link', 'unpack', 'exclude'],
  run: ['mount', 'network', 'security', 'device'],
  healthcheck: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
}

/** Options of `RUN --mount` in the reference. */
const mountOptionsOfReference = [
  ...['type', 'target', 'dst', 'source', 'src', 'from', 'rw', 'readwrite', 'ro', 'readonly', 'id', 'sharing', 'mode'],
  ...['uid', 'gid', 'size', 'required', 'env'],
]

function instructionsOf({ folder }: BuildCase): readonly Instruction[] {
  return parseDockerfile(readFileSync(join(folder, 'Dockerfile'), 'utf8')).document.instructions
}

function sorted(words: Iterable<string>): readonly string[] {
  return [...new Set(words)].toSorted()
}

describe('the cases together use', () => {
  const all = cases.flatMap(instructionsOf)

  test('every instruction', () => {
    assert.deepEqual(sorted(all.map(({ keyword }) => keyword.value.toUpperCase())), sorted(instructionNames))
  })

  test('every flag', () => {
    for (const [kind, flags] of Object.entries(flagsOfReference)) {
      const used = all.filter((each) => each.kind === kind).flatMap(({ flags }) => flags.map(({ name }) => name.value))
      assert.deepEqual(sorted(used), sorted(flags), kind)
    }
  })

  test('every kind and option of mounts, every network and every security', () => {
    const runs = all.filter((each) => each.kind === 'run')
    const mounts = runs.flatMap((each) => each.mounts)
    assert.deepEqual(sorted(mounts.map(({ type }) => type)), sorted(mountTypes))
    const options = mounts.flatMap((mount) => mount.options.map(({ key }) => key))
    assert.deepEqual(sorted(options), sorted(mountOptionsOfReference))
    const sharings = mounts.flatMap((mount) => mount.options.filter(({ key }) => key === 'sharing'))
    assert.deepEqual(sorted(sharings.map(({ value }) => value?.value ?? '')), sorted(cacheSharings))
    assert.deepEqual(sorted(runs.map(({ network }) => network)), ['default', 'host', 'none'])
    assert.deepEqual(sorted(runs.map(({ security }) => security)), ['insecure', 'sandbox'])
  })
})

test('each case has an answer of BuildKit, and fails where that failed', () => {
  for (const each of cases) {
    const recorded = readRecordedBuild(each)
    assert.match(recorded?.peer ?? '', /^BuildKit v[\d.]+$/, each.name)
    assert.equal(recorded?.image === undefined, each.fails, each.name)
  }
})

test('each difference changes what is expected of its cases', () => {
  const names = new Map(cases.map((each) => [each.name, each]))
  for (const { reason, cases: differing } of buildDifferences) {
    for (const [name, expected] of Object.entries(differing)) {
      const each = names.get(name)
      const recorded = each === undefined ? undefined : readRecordedBuild(each)
      assert.ok(recorded !== undefined, `${name}: there is no such case`)
      assert.notDeepEqual(expected(recorded), recorded, `${name}: ${reason}`)
    }
  }
})

/** Asks a peer. What it says of a failure is kept without what is chance. */
async function ask(peer: BuildPeer, bases: BuildBases, each: BuildCase): Promise<RecordedBuild> {
  try {
    await using built = await peer.build(each)
    return { peer: peer.name, image: await bases.reduce(each, built) }
  } catch (error) {
    if (!each.fails) throw error
    return { peer: peer.name, image: undefined, error: complaint(error) }
  }
}

if (buildkitFolder !== undefined) {
  const folder = buildkitFolder
  test('BuildKit says what it said', async (t) => {
    await using bases = await buildBases()
    await using buildkit = await startBuildkit(folder, bases.layout, bases.digests)
    for (const each of cases) {
      await t.test(each.name, async () => {
        const answer = await ask(buildkit, bases, each)
        if (process.env['UPDATE_GOLDEN'] === '1') writeRecordedBuild(each, answer)
        assert.deepEqual(JSON.parse(JSON.stringify(answer)), readRecordedBuild(each))
      })
    }
  })
}
