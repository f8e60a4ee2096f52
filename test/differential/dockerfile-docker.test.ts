import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { array, object, record, string } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { evaluateDockerfile } from '../../src/dockerfile/evaluate.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { skipUnlessRoot, startDocker } from '../support/engines.ts'
import { seededRandom, testSeed, type SeededRandom } from '../support/seeded-random.ts'

// prettier-ignore
const pieces = [
  'a', 'b', ' ', '$FOO', '${FOO}', '$EMPTY', '${EMPTY:-z}', '${UNSET:-x y}', '${FOO:+${EMPTY:-z}}',
  '${UNSET:+n}', '"a b"', "'c'", '"$FOO"', "'$FOO'", '\\$FOO', '\\"', '\\\\', '$', '.', '/', '"x\'y"', '$UNSET', '-', '=',
] as const

const inspectionSchema = array(object({ Config: object({ Env: array(string()), Labels: record(string(), string()) }) }))

/** Words for labels, with the substitutions that Docker has long had, and ENV between them. */
function makeDockerfile(random: SeededRandom): string {
  const word = (): string =>
    Array.from({ length: 1 + random.integer(6) }, () => pieces[random.integer(pieces.length)]).join('')
  const lines = Array.from({ length: 40 }, (_, index) => {
    const setting = random.integer(3) === 0 ? `ENV FOO="f$FOO${index % 5}"\n` : ''
    return `${setting}LABEL l${index} x${word()}x\n`
  })
  return `ARG BASE=scratch\nFROM $BASE\nENV FOO=foo/bar EMPTY=\n${lines.join('')}ENV LAST $FOO\n`
}

describe('Docker and wherry agree on', { skip: skipUnlessRoot('docker', 'dockerd') }, () => {
  test('the labels and variables of an image', async (t) => {
    const seed = testSeed()
    t.diagnostic(`seed ${seed}`)
    const text = makeDockerfile(seededRandom(seed))
    const { document } = parseDockerfile(text)
    const { target, diagnostics } = evaluateDockerfile(document)
    assert.deepEqual(diagnostics, [], text)

    await using docker = await startDocker()
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'Dockerfile'), text)
    await docker.run('build', '--quiet', '--tag', 'differential', folder.path)
    const inspected = await docker.run('image', 'inspect', 'differential')
    const config = parseJson(Buffer.from(inspected), inspectionSchema, 'docker image inspect')[0]?.Config

    const labels = target?.instructions.flatMap((each) => (each.kind === 'label' ? each.pairs : [])) ?? []
    assert.deepEqual(config?.Labels, Object.fromEntries(labels.map(({ name, value }) => [name, value])), text)
    const last = target?.instructions.findLast((each) => each.kind === 'env')
    assert.ok(last?.kind === 'env' && config?.Env.includes(`LAST=${last.pairs[0]?.value ?? ''}`), text)
  })
})
