import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { array, number, nullable, object, optional, parse, string, union } from 'valibot'
import schema from '../../docs/card.schema.json' with { type: 'json' }
import { buildSandboxSkipReason } from '../support/build-sandbox.ts'
import { commandSandbox } from '../support/command.ts'
import { fitsJsonSchema } from '../support/json-schema.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'
import { runSandbox } from '../support/run-sandbox.ts'
import { fillStore } from '../support/stored-images.ts'

const valueSchema = nullable(object({ value: union([number(), string()]), runs: number() }))
const cardSchema = object({
  measures: array(
    object({ id: string(), before: valueSchema, after: valueSchema, method: string(), note: nullable(string()) }),
  ),
  machine: optional(object({ asked: string(), simulated: array(string()), missing: array(string()) })),
})

function readCard(text: string) {
  const json: unknown = JSON.parse(text)
  assert.ok(fitsJsonSchema(json, schema))
  const { measures, machine } = parse(cardSchema, json)
  return { rows: new Map(measures.map((row) => [row.id, row])), machine }
}

async function filled() {
  const sandbox = await commandSandbox()
  await fillStore(sandbox.storePath, ['app:1', 'app:2-longer'])
  return sandbox
}

const transferRows = ['push.time', 'push.sent', 'pull.time', 'pull.unpack']

describe('compare --registry', { skip: registrySkipReason }, () => {
  test('measures pushing and pulling, cold and with a base there, and leaves nothing behind', async () => {
    await using registry = await startRegistry()
    await using sandbox = await filled()
    const words = ['compare', 'app:1', 'app:2-longer', '--present', 'app:1', '--runs', '2', '--format', 'json']
    const { rows, machine } = readCard(await sandbox.succeed(...words, '--registry', `${registry.host}/team/x`))
    assert.equal(machine, undefined)
    for (const id of [...transferRows, ...transferRows.map((id) => `${id}-present`)]) {
      assert.equal(rows.get(id)?.before?.runs, 2, id)
      assert.equal(rows.get(id)?.after?.runs, 2, id)
    }
    // What is there already is not sent again: only the names of it are.
    const sent = Number(rows.get('push.sent')?.before?.value)
    assert.ok(sent > Number(rows.get('size.compressed')?.before?.value))
    const manifestBytesMax = 2000
    assert.ok(Number(rows.get('push.sent-present')?.before?.value) < manifestBytesMax)
    assert.ok(Number(rows.get('push.sent-present')?.after?.value) > Number(rows.get('size.new')?.after?.value))
    const pushed = registry.requests.flatMap(
      (line) => /^PUT \/v2\/(\S+)\/manifests\/measured 201$/.exec(line)?.[1] ?? [],
    )
    // Two images, two runs, two ways, and one from which each is pulled.
    assert.equal(new Set(pushed).size, 10)
    for (const name of pushed) assert.match(name, /^team\/x\/wherry-measure-[0-9a-f]{32}$/)
    for (const name of new Set(pushed)) {
      assert.ok(
        registry.requests.some((line) => line.startsWith(`DELETE /v2/${name}/manifests/sha256:`)),
        name,
      )
      const { ok } = await fetch(`http://${registry.host}/v2/${name}/manifests/measured`)
      assert.equal(ok, false)
    }
  })

  test('says what it left behind where the registry does not delete', async () => {
    await using registry = await startRegistry({ deletes: false })
    await using sandbox = await filled()
    const words = ['compare', 'app:1', 'app:1', '--registry', registry.host, '--runs', '1']
    const { status, stderr } = await sandbox.run(...words)
    assert.equal(status, 0)
    assert.match(stderr, /\/wherry-measure-[0-9a-f]{32} stays: the registry does not let us delete/)
  })

  test('imitates another machine, and every form of the card says so', async () => {
    await using registry = await startRegistry()
    await using sandbox = await filled()
    const machine = 'cpus=1,memory=1g,net=50mbit,latency=20ms'
    const words = ['compare', 'app:1', 'app:1', '--registry', registry.host, '--runs', '1', '--machine', machine]
    const card = readCard(await sandbox.succeed(...words, '--format', 'json'))
    assert.equal(card.machine?.asked, machine)
    assert.match(card.machine.simulated.join('; '), /^1 processor of \d+ \(affinity\); 50 Mbit\/s each way and 20 ms /)
    assert.deepEqual(card.machine.missing, ['1 GiB of memory (no app is started)'])
    // A connection, whether the registry is there, and what is pulled: each a round trip at the least.
    assert.ok(Number(card.rows.get('pull.time')?.before?.value) > 4 * 20)
    for (const format of ['text', 'markdown', 'html']) {
      const text = await sandbox.succeed(...words, '--format', format)
      const plain = text.replaceAll('\\', '').replaceAll(/\s+/g, ' ')
      assert.match(plain, /Machine cpus=1,memory=1g,net=50mbit,latency=20ms: 1 processor of/, format)
      assert.match(plain, /Not imitated: 1 GiB of memory/, format)
    }
  })

  test('measures what it can: a folder is not pushed, and an image of the registry is', async () => {
    await using registry = await startRegistry()
    await using sandbox = await filled()
    const folder = join(sandbox.path, 'root')
    await mkdir(folder)
    const name = `${registry.host}/there:1`
    await sandbox.succeed('copy', 'store:app:1', name)
    const words = [
      'compare',
      folder,
      `docker://${name}`,
      '--registry',
      registry.host,
      '--runs',
      '1',
      '--format',
      'json',
    ]
    const { rows } = readCard(await sandbox.succeed(...words))
    const push = rows.get('push.time')
    assert.equal(push?.before, null)
    assert.match(push.note ?? '', /^before: not measured: a folder is no image/)
    assert.ok(Number(push.after?.value) > 0)
  })

  test('tells why nothing could be measured', async () => {
    await using registry = await startRegistry()
    const { host } = registry
    await registry[Symbol.asyncDispose]()
    await using sandbox = await filled()
    const { rows } = readCard(
      await sandbox.succeed('compare', 'app:1', 'app:1', '--registry', host, '--runs', '1', '--format', 'json'),
    )
    assert.equal(rows.get('pull.time')?.after, null)
    assert.match(rows.get('pull.time')?.note ?? '', /before: not measured: .*; after: not measured: /)
  })
})

describe('compare --start', { skip: buildSandboxSkipReason }, () => {
  test('tells the time until the first answer and the memory when idle, and of a tool until it ends', async () => {
    await using sandbox = await runSandbox()
    await sandbox.image(
      'server:1',
      'FROM base:1\nEXPOSE 8080\nCMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/etc"]\n',
    )
    await sandbox.image('tool:1', 'FROM base:1\nCMD ["echo", "done"]\n')
    const words = ['compare', 'server:1', 'tool:1', '--start', '--runs', '2', '--format', 'json']
    const { rows, machine } = readCard(await sandbox.succeed(...words, '--machine', 'cpus=1,memory=256m,net=1mbit'))
    const [answer, memory] = [rows.get('start.first-answer'), rows.get('start.memory')]
    assert.equal(answer?.before?.runs, 2)
    assert.equal(answer.after?.runs, 2)
    assert.ok(Number(memory?.before?.value) > 10_000)
    assert.equal(memory?.after, null)
    assert.match(memory.note ?? '', /^after: not measured: it ends by itself$/)
    assert.ok(machine !== undefined)
    // Whether there is a cgroup or not: it is said, and only what is so.
    const memoryText = [...machine.simulated, ...machine.missing].filter((each) => each.startsWith('256 MiB of memory'))
    assert.equal(memoryText.length, 1)
    assert.ok(machine.missing.includes('1 Mbit/s each way (nothing is pushed or pulled)'))
    assert.deepEqual(sandbox.leftFolders(), [])
  })
})

describe('compare --start of apps that need a configuration', { skip: buildSandboxSkipReason }, () => {
  test('starts both with the variables of the line, asks what it says, and tells no value', async () => {
    await using sandbox = await runSandbox()
    const serve = `test "$TOKEN" = secret && busybox httpd -f -p 8080 -h "$ROOT"`
    await sandbox.image('server:1', `FROM base:1\nEXPOSE 8080\nCMD ["sh", "-c", ${JSON.stringify(serve)}]\n`)
    await writeFile(join(sandbox.path, 'settings'), '# where the files are\nROOT=/etc\n')
    const words = ['compare', 'server:1', 'server:1', '--start', '--runs', '1', '--format', 'json']
    const settings = ['--env', 'TOKEN=secret', '--env-file', join(sandbox.path, 'settings')]
    const text = await sandbox.succeed(...words, ...settings, '--probe', 'GET /passwd', '--ready-timeout', '20')
    const answer = readCard(text).rows.get('start.first-answer')
    assert.ok(answer?.before !== null && answer?.after !== null, text)
    assert.match(answer?.method ?? '', /; asked GET \/passwd, with ROOT, TOKEN$/)
    assert.doesNotMatch(text, /secret/)
    const without = readCard(await sandbox.succeed(...words)).rows.get('start.first-answer')
    assert.equal(without?.after, null)
  })
})

describe('what is wrong with a line that measures', () => {
  const wrongs: readonly (readonly [readonly string[], RegExp])[] = [
    [['--machine', 'huge', '--start'], /not a machine: huge: there is no "huge"/],
    [['--machine', 'small'], /--machine changes only what is timed/],
    [['--registry', 'nothing'], /"nothing" is not a registry/],
    [['--registry', 'localhost:5000/Team'], /"Team" cannot be part of the name of a repository/],
    [['--runs', '0'], /--runs 0: it is no number from 1/],
    [['--env', 'A=b'], /--env goes with --start/],
    [['--probe', 'GET /'], /--probe goes with --start/],
    [['--start', '--probe', 'nothing'], /--probe: /],
    [['--start', '--probe', 'GET /', '--probe', 'GET /a'], /--probe is given twice/],
    [['--start', '--ready-timeout', 'soon'], /--ready-timeout soon: it is no whole number/],
  ]
  for (const [words, message] of wrongs) {
    test(`is told: ${words.join(' ')}`, async () => {
      await using sandbox = await commandSandbox()
      const { status, stderr } = await sandbox.run('compare', 'app:1', 'app:2', ...words)
      assert.equal(status, 2)
      assert.match(stderr, message)
    })
  }
})
