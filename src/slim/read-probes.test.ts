import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { safeParse } from 'valibot'
import { fitsJsonSchema } from '../../test/support/json-schema.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import type { GivenProbes } from './plan-probes.ts'
import type { Probe } from './probe.ts'
import { probeTitle } from './probing/probe-title.ts'
import { probeFileSchema } from './probing/probe-file.ts'
import { readProbes, type ProbeOptions } from './read-probes.ts'

const none: ProbeOptions = { probe: [], 'probe-file': [], 'probe-exec': [], 'probe-script': [] }

async function readLine(line: string): Promise<Probe | undefined> {
  return (await readProbes({ ...none, probe: [line] }, '/')).probes[0]
}

async function readText(text: string): Promise<GivenProbes> {
  await using folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'probes.yaml'), text)
  await writeFile(join(folder.path, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  return await readProbes({ ...none, 'probe-file': ['probes.yaml'] }, folder.path)
}

describe('a request on the line', () => {
  test('has a method, a port, a path', async () => {
    for (const [line, title] of [
      ['/', 'GET /'],
      ['GET /users?id=1', 'GET /users?id=1'],
      ['head :8080/x', 'HEAD :8080/x'],
      ['http://localhost:81/a#b', 'GET :81/a'],
      [':9000', 'GET :9000/'],
      ['//double/', 'GET //double/'],
      ['exit', 'exit'],
    ] as const) {
      const probe = await readLine(line)
      assert.ok(probe !== undefined)
      assert.equal(probeTitle(probe), title)
    }
  })

  test('has headers and a body, whose type is seen from it', async () => {
    const probe = await readLine(`POST /users -H "x-key: a b" -H accept:text/html {"name":"a"}`)
    assert.ok(probe?.kind === 'http')
    assert.deepEqual(
      [...probe.headers],
      [
        ['x-key', 'a b'],
        ['accept', 'text/html'],
        ['content-type', 'application/json'],
      ],
    )
    assert.equal(Buffer.from(probe.body ?? []).toString(), '{"name":"a"}')
    const form = await readLine('POST /form a=1&b=2')
    assert.ok(form?.kind === 'http')
    assert.equal(form.headers.get('content-type'), 'application/x-www-form-urlencoded')
  })

  test('is told with a caret where it is wrong', async () => {
    await assert.rejects(readLine('GTE /users'), {
      code: 'bad-probe',
      message: '--probe: is no method\n1 | GTE /users\n  | ^^^',
      hint: 'Did you mean GET?',
    })
    await assert.rejects(readLine('GET users'), { message: /is no path.*\n.*\n {2}\| {5}\^{5}$/ })
    await assert.rejects(readLine('GET http://example.com/'), { message: /is another server/ })
    await assert.rejects(readLine('GET'), { message: /a path is missing/ })
    await assert.rejects(readLine('GET / -H nothing'), { message: /is no header/ })
    await assert.rejects(readLine('GET :99999/'), { message: /is no port/ })
  })
})

describe('a file of probes', () => {
  test('has requests, commands, scripts and times', async () => {
    const read = await readText(`probes:
  - GET /a
  - request: PUT /b
    headers: { X-Key: '1' }
    json: { name: a }
  - exec: npm test
  - script: run.sh
explore: true
ready-timeout: 1.5
`)
    assert.equal(read.explores, true)
    assert.equal(read.readyMs, 1500)
    const titles = read.probes.map(probeTitle)
    assert.deepEqual(titles.slice(0, 3), ['GET /a', 'PUT /b {"name":"a"}', 'npm test'])
    assert.match(titles[3] ?? '', /\/run\.sh$/)
  })

  test('is told with line and column where it is wrong', async () => {
    await assert.rejects(readText('probes:\n  - request: GET /\n    hedders: {}\n'), {
      code: 'bad-probe',
      message: /^probes\.yaml:3:5: .*unknown key/,
      hint: 'Did you mean headers?',
    })
    await assert.rejects(readText('probes:\n  - GET /\n  - FETCH /\n'), { message: /^probes\.yaml:3:5: is no method/ })
    await assert.rejects(readText('probes: 3\n'), { message: /must be a list/ })
    await assert.rejects(readText('probes:\n  - script: gone.sh\n'), {
      message: /^probes\.yaml:2:5: gone\.sh is not there/,
    })
    await assert.rejects(readText('probes:\n  - { request: POST / a=1, body: b }\n'), { message: /one body/ })
    await assert.rejects(readText('probes: [exit, GET /]\n'), { message: /cannot be asked anything else/ })
  })

  test('that is not there is told', async () => {
    await assert.rejects(readProbes({ ...none, 'probe-file': ['/nowhere.yaml'] }, '/'), {
      message: /cannot be read.*ENOENT/,
    })
  })
})

describe('docs/probes.schema.json', () => {
  test('accepts what the program accepts, and refuses what it refuses', async () => {
    const published: unknown = JSON.parse(
      await readFile(new URL('../../docs/probes.schema.json', import.meta.url), 'utf8'),
    )
    assert.ok(typeof published === 'object' && published !== null)
    const documented = { ...published }
    const odd = fc.constantFrom<unknown>(null, 0, 1.5, true, '', 'GET /', ['x'], {}, { x: 'y' }, { 'a b': 'c' })
    const item = fc.oneof(
      fc.record({ request: odd, headers: odd, body: odd, json: odd, more: odd }, { requiredKeys: ['request'] }),
      fc.record({ exec: odd, script: odd }, { requiredKeys: [] }),
      odd,
    )
    const parts = {
      probes: fc.oneof(fc.array(item, { maxLength: 3 }), odd),
      explore: odd,
      'ready-timeout': odd,
      'answer-timeout': odd,
    }
    fc.assert(
      fc.property(fc.record({ ...parts, more: odd }, { requiredKeys: [] }), (file) => {
        assert.equal(fitsJsonSchema(file, documented), safeParse(probeFileSchema, file).success)
      }),
    )
  })
})
