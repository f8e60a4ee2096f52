import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
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
}

const examples: readonly Example[] = [
  { name: 'go', base: 'golang:1', compressedMegabytesMax: 3, unpackedMegabytesMax: 6.5, user: 'stranger' },
  { name: 'express', base: 'node:20', compressedMegabytesMax: 55, unpackedMegabytesMax: 145, user: 'stranger' },
  { name: 'flask', base: 'python:3', compressedMegabytesMax: 40, unpackedMegabytesMax: 105, user: 'stranger' },
  { name: 'fastapi', base: 'python:3', compressedMegabytesMax: 35, unpackedMegabytesMax: 100, user: 'stranger' },
  { name: 'cpp-tool', base: 'debian:13', compressedMegabytesMax: 8, unpackedMegabytesMax: 20, user: 'stranger' },
  { name: 'nginx', base: 'debian:13', compressedMegabytesMax: 8, unpackedMegabytesMax: 20, user: 'stranger' },
  { name: 'shell-tool', base: 'debian:13', compressedMegabytesMax: 20, unpackedMegabytesMax: 45, user: 'stranger' },
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

  for (const { name, base, compressedMegabytesMax, unpackedMegabytesMax, user } of examples) {
    test(name, { timeout: exampleMs }, async () => {
      const recipe = exampleBases.get(base)
      assert.ok(recipe !== undefined)
      await makeAppBase(sandbox, store, recipe)
      await sandbox.succeed('--store', store, 'tag', `localhost/${recipe}:1`, base)
      const context = join(sandbox.path, name)
      mkdirSync(context)
      cpSync(join(folder, name), context, { recursive: true })
      const words = ['--build-network', 'host', '--ca-certificates', 'host', '--measure', 'none', '--format', 'json']
      const { status, stdout, stderr } = await sandbox.run('--store', store, 'slim', ...words, context)
      assert.equal(status, 0, `${stdout}\n${stderr.slice(-4000)}`)
      const { proof, card } = parseJson(Buffer.from(stdout), reportSchema, 'the report')
      assert.equal(proof.restraint.user.startsWith('0'), user === 'root', proof.restraint.user)
      const measured = new Map(card.measures.map(({ id, after: value }) => [id, value?.value]))
      const sizes = [measured.get('size.compressed'), measured.get('size.unpacked')].map(Number)
      assert.ok((sizes[0] ?? Infinity) < compressedMegabytesMax * megabyte, String(sizes[0]))
      assert.ok((sizes[1] ?? Infinity) < unpackedMegabytesMax * megabyte, String(sizes[1]))
      assert.equal(measured.get('safety.setuid'), 0)
      assert.match(readFileSync(join(context, 'Dockerfile.slim'), 'utf8'), /\nFROM scratch\n/)
    })
  }
})
