import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { array, looseObject, nullable, string } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import {
  buildSandbox,
  buildSandboxSkipReason,
  nobody,
  type BuildOutcome,
  type BuildSandbox,
  type BuildSandboxOptions,
} from '../support/build-sandbox.ts'
import { skipUnlessRoot } from '../support/engines.ts'

const companionsSchema = looseObject({
  companions: array(
    looseObject({ name: string(), image: nullable(string()), manifest: nullable(string()), diffIds: array(string()) }),
  ),
})

/** Asks a store at its start, and serves what it said; each request of a page is counted there. */
const app = ['FROM base:1', 'WORKDIR /site', 'COPY start .', 'RUN chmod +x start', 'EXPOSE 8080', 'CMD ["./start"]']
const served = ['', 'tmp', 'www'].join('/')
const start = [
  '#!/bin/sh',
  'set -e',
  `mkdir -p ${served}`,
  `wget -q -O ${served}/index.html "http://$STORE/value"`,
  `exec busybox httpd -f -p 8080 -h ${served}`,
]

/** Serves a folder; `/ready` is there once it has served for a moment. */
const store = ['FROM base:1', 'COPY value /data/', 'EXPOSE 9000', 'CMD busybox httpd -f -p 9000 -h /data']

const composed = [
  'x-note: for other programs',
  'services:',
  '  web:',
  '    build: .',
  '    environment: {STORE: "db:${PORT:-9000}"}',
  '    volumes: [".:/site"]',
  '    depends_on:',
  '      db: {condition: service_healthy}',
  '  db:',
  '    build: {context: store}',
  '    restart: always',
  '    healthcheck: {test: "wget -q -O - http://127.0.0.1:9000/value", interval: 1s}',
  '  other:',
  '    image: not-there:1',
]

async function slimBeside(
  sandbox: BuildSandbox,
  compose: readonly string[],
  ...words: readonly string[]
): Promise<BuildOutcome> {
  sandbox.write('Dockerfile', `${app.join('\n')}\n`)
  sandbox.write('start', `${start.join('\n')}\n`)
  sandbox.write('store/Dockerfile', `${store.join('\n')}\n`)
  sandbox.write('store/value', 'what the store has\n')
  sandbox.write('compose.yaml', `${compose.join('\n')}\n`)
  const given = ['--probe-with', join(sandbox.context, 'compose.yaml'), '--measure', 'none', '-t', 'slim:1']
  return await sandbox.run('slim', '--proof', join(sandbox.path, 'proof.json'), ...given, ...words, sandbox.context)
}

const skip = buildSandboxSkipReason || skipUnlessRoot('runc')

describe('wherry slim --probe-with', { skip, concurrency: 2 }, () => {
  const ways: readonly (readonly [string, BuildSandboxOptions])[] = [
    ['runs what the app needs beside it', {}],
    ['does so without root', { user: nobody }],
    ['does so with runc', { environment: { WHERRY_RUNTIME: 'runc' } }],
    ['does so with util-linux', { environment: { WHERRY_RUNTIME: 'util-linux' } }],
  ]
  for (const [title, options] of ways) {
    test(title, async () => {
      await using sandbox = await buildSandbox(options)
      const { status, said } = await slimBeside(sandbox, composed)
      assert.equal(status, 0, said)
      assert.match(said, /Proved: \d+ answers? the same/)
      assert.match(readFileSync(join(sandbox.path, 'proof.json'), 'utf8'), /what the store has/)
      assert.deepEqual(sandbox.scratch(), [])
    })
  }

  test('names the connection that failed without it, and says how to give it', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('Dockerfile', `${app.join('\n')}\n`)
    sandbox.write('start', `${start.join('\n')}\n`)
    const { status, said } = await sandbox.run('slim', '-e', 'STORE=127.0.0.1:9000', sandbox.context)
    assert.equal(status, 1, said)
    assert.match(said, /It could not connect \(?.*(?:127\.0\.0\.1|refused)/)
    assert.match(said, /--probe-with compose\.yaml/)
  })

  test('says which service failed, and what it said', async () => {
    await using sandbox = await buildSandbox()
    const lines = composed.with(11, '    command: [sh, -c, "echo no disk >&2; exit 3"]')
    const { status, said } = await slimBeside(sandbox, lines)
    assert.equal(status, 1, said)
    assert.match(said, /the service db, which runs beside the app, ended with status 3[^]*no disk/)
    assert.deepEqual(sandbox.scratch(), [])
  })

  test('waits for what is to end first, and takes the ways of writing that compose has', async () => {
    await using sandbox = await buildSandbox()
    const lines = [
      'services:',
      '  web:',
      '    image: web',
      '    env_file: web.env',
      '    depends_on:',
      '      ready: {condition: service_completed_successfully}',
      '  ready:',
      '    image: base:1',
      '    depends_on: [db]',
      '    command: wget -q -O /dev/null http://db:9000/value',
      '  db:',
      '    build: ./store',
      '    volumes: ["data:/var/data", "./store/value:/data/value:ro"]',
      '    tmpfs: /scratch',
      '    ports: ["9000"]',
      'volumes: {data: {}}',
    ]
    sandbox.write('web.env', '# where it is\nexport STORE="db:9000"\n')
    const { status, said } = await slimBeside(sandbox, lines, '--probe-service', 'web')
    assert.equal(status, 0, said)
  })

  test('gives those that run beside the app a volume together, new each time, and tells their images in the proof', async () => {
    for (const options of [{}, { user: nobody }]) {
      await using sandbox = await buildSandbox(options)
      const lines = [
        'services:',
        '  web:',
        '    build: .',
        '    environment: {STORE: "db:9000"}',
        '    depends_on: [db]',
        '  fill:',
        '    image: base:1',
        '    command: [sh, -c, "test ! -e /fill/value && echo written by another > /fill/value"]',
        '    volumes: ["data:/fill", "own:/own"]',
        '  db:',
        '    build: ./store',
        '    depends_on:',
        '      fill: {condition: service_completed_successfully}',
        '    volumes: ["data:/data:ro"]',
        '    ports: ["9000"]',
        'volumes: {data: {}, own: {}}',
      ]
      const { status, said } = await slimBeside(sandbox, lines)
      assert.equal(status, 0, said)
      const proof = readFileSync(join(sandbox.path, 'proof.json'), 'utf8')
      assert.match(proof, /written by another/)
      const { companions } = parseJson(Buffer.from(proof), companionsSchema, 'the proof')
      assert.deepEqual(
        companions.map(({ name, image, manifest }) => [name, image, manifest?.startsWith('sha256:')]),
        [
          ['fill', 'base:1', true],
          ['db', null, undefined],
        ],
      )
      assert.ok(companions.every(({ diffIds }) => diffIds.length > 0))
      assert.deepEqual(sandbox.scratch(), [])
    }
  })

  test('refuses what it does not understand, with its place, before anything is built', async () => {
    await using sandbox = await buildSandbox()
    const cases: readonly (readonly [RegExp, readonly string[]])[] = [
      [
        /compose\.yaml:9:\d+: services\.db\.privileged is not supported/,
        composed.with(8, '  db: {privileged: true, image: a}').slice(0, 9),
      ],
      [/no service is built from/, ['services: {web: {image: a}}']],
      [/web depends on db, which is not there/, ['services: {web: {build: ., depends_on: [db]}}']],
      [/that is a circle/, ['services: {web: {build: ., depends_on: [a]}, a: {image: a, depends_on: [web]}}']],
      [/a secret is missing/, ['services: {web: {build: ., environment: {A: "${NOT_SET:?a secret is missing}"}}}']],
      [/lies outside of the folder/, ['services: {web: {build: ., volumes: ["/etc:/x"]}}']],
      [
        /the volume data, which web has together with others, is not supported/,
        ['services: {web: {build: ., volumes: ["data:/a"]}, b: {image: b, volumes: ["data:/a"]}}'],
      ],
    ]
    for (const [expected, lines] of cases) {
      const { status, said } = await slimBeside(sandbox, lines)
      assert.equal(status, 2, said)
      assert.match(said, expected)
    }
    assert.deepEqual(readdirSync(sandbox.context).includes('Dockerfile.slim'), false)
  })
})
