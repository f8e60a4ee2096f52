import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { array, boolean, looseObject, nullable, number, string, union } from 'valibot'
import { exampleBases } from '../../examples/bases.ts'
import { parseJson } from '../../src/std/json.ts'
import { appSandbox, makeAppBase } from '../support/app-bases.ts'
import type { CommandSandbox } from '../support/command.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { skipUnlessInstalled, skipUnlessRoot } from '../support/engines.ts'

/** An example, and what its slim image may be at most. */
interface Example {
  readonly name: string
  /** As its FROM names it. */
  readonly base: string
  readonly compressedMegabytesMax: number
  readonly unpackedMegabytesMax: number
  /** `root` for what has to bind to a low port and to change its user itself. */
  readonly user: 'root' | 'stranger'
  /** Packages of which files are still there, as syft calls them: it must see them. */
  readonly seen: readonly string[]
}

const examples: readonly Example[] = [
  {
    name: 'go',
    base: 'golang:1',
    compressedMegabytesMax: 3,
    unpackedMegabytesMax: 6.5,
    user: 'stranger',
    seen: ['go-module github.com/google/uuid', 'go-module stdlib'],
  },
  {
    name: 'express',
    base: 'node:20',
    compressedMegabytesMax: 45,
    unpackedMegabytesMax: 125,
    user: 'stranger',
    seen: ['npm express', 'deb nodejs', 'deb libc6'],
  },
  {
    name: 'flask',
    base: 'python:3',
    compressedMegabytesMax: 40,
    unpackedMegabytesMax: 105,
    user: 'stranger',
    seen: ['python flask', 'deb libc6'],
  },
  {
    name: 'fastapi',
    base: 'python:3',
    compressedMegabytesMax: 35,
    unpackedMegabytesMax: 100,
    user: 'stranger',
    seen: ['python fastapi', 'deb libc6'],
  },
  {
    name: 'cpp-tool',
    base: 'debian:13',
    compressedMegabytesMax: 8,
    unpackedMegabytesMax: 20,
    user: 'stranger',
    seen: ['deb libc6'],
  },
  {
    name: 'nginx',
    base: 'debian:13',
    compressedMegabytesMax: 8,
    unpackedMegabytesMax: 20,
    user: 'stranger',
    seen: ['deb nginx', 'deb libc6'],
  },
  {
    name: 'shell-tool',
    base: 'debian:13',
    compressedMegabytesMax: 20,
    unpackedMegabytesMax: 45,
    user: 'stranger',
    seen: ['deb bash', 'deb libc6'],
  },
]

const reportSchema = looseObject({
  isProved: boolean(),
  proof: looseObject({ restraint: looseObject({ user: string() }), differences: array(looseObject({})) }),
  card: looseObject({
    measures: array(
      looseObject({ id: string(), after: nullable(looseObject({ value: union([number(), string()]) })) }),
    ),
  }),
})

const foundSchema = looseObject({ artifacts: array(looseObject({ type: string(), name: string() })) })

/** `deb libc6`, `npm express`, `go-module stdlib`: what another scanner finds in an archive of docker. It asks nobody. */
async function packagesBySyft(archive: string): Promise<ReadonlySet<string>> {
  const words = ['scan', `docker-archive:${archive}`, '--quiet', '--output', 'json']
  const env = { ...process.env, SYFT_CHECK_FOR_APP_UPDATE: 'false' }
  const { stdout } = await promisify(execFile)('syft', words, { env, maxBuffer: 64 * 1024 * 1024 })
  const { artifacts } = parseJson(Buffer.from(stdout), foundSchema, 'what syft says')
  return new Set(artifacts.map(({ type, name }) => `${type} ${name.toLowerCase()}`))
}

const folder = fileURLToPath(new URL('../../examples/', import.meta.url))
const skip = skipUnlessRoot('crun') || skipUnlessInstalled('strace') || (await whyNoMirror())
/** With all that its tools fetch. */
const exampleMs = 1_200_000
const megabyte = 1_000_000

describe('examples are made slim, and proved:', { skip, concurrency: 1 }, () => {
  let sandbox: CommandSandbox
  let store: string
  before(async () => {
    ;({ sandbox, store } = await appSandbox())
  })
  after(() => sandbox[Symbol.asyncDispose]())

  for (const { name, base, compressedMegabytesMax, unpackedMegabytesMax, user, seen } of examples) {
    test(name, { timeout: exampleMs }, async (context) => {
      const recipe = exampleBases.get(base)
      assert.ok(recipe !== undefined)
      await makeAppBase(sandbox, store, recipe)
      await sandbox.succeed('--store', store, 'tag', `localhost/${recipe}:1`, base)
      const app = join(sandbox.path, name)
      mkdirSync(app)
      cpSync(join(folder, name), app, { recursive: true })
      const words = ['--build-network', 'host', '--ca-certificates', 'host', '--measure', 'none', '--format', 'json']
      const image = `localhost/slim-${name}:1`
      const { status, stdout, stderr } = await sandbox.run('--store', store, 'slim', '-t', image, ...words, app)
      assert.equal(status, 0, `${stdout}\n${stderr.slice(-4000)}`)
      const { proof, card } = parseJson(Buffer.from(stdout), reportSchema, 'the report')
      assert.equal(proof.restraint.user.startsWith('0'), user === 'root', proof.restraint.user)
      const measured = new Map(card.measures.map(({ id, after: value }) => [id, value?.value]))
      const sizes = [measured.get('size.compressed'), measured.get('size.unpacked')].map(Number)
      assert.ok((sizes[0] ?? Infinity) < compressedMegabytesMax * megabyte, String(sizes[0]))
      assert.ok((sizes[1] ?? Infinity) < unpackedMegabytesMax * megabyte, String(sizes[1]))
      assert.equal(measured.get('safety.setuid'), 0)
      assert.match(readFileSync(join(app, 'Dockerfile.slim'), 'utf8'), /\nFROM scratch\n/)
      await context.test('syft sees its packages', { skip: skipUnlessInstalled('syft') }, async () => {
        const archive = join(sandbox.path, `${name}.tar`)
        await sandbox.succeed('--store', store, 'save', image, '-o', archive)
        const found = await packagesBySyft(archive)
        for (const each of seen) assert.ok(found.has(each), `${each} is not among ${[...found].join(', ')}`)
      })
    })
  }
})
