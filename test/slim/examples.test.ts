import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { array, boolean, looseObject, nullable, number, string, union, type InferOutput } from 'valibot'
import { exampleBases } from '../../examples/bases.ts'
import { parseJson } from '../../src/std/json.ts'
import { appBaseName, appSandbox, makeAppBase, unprivilegedAppSandbox } from '../support/app-bases.ts'
import { giveFolder } from '../support/build-wherry.ts'
import type { CommandSandbox } from '../support/command.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { buildWithDocker, dockerBuildSkipReason, flattenedFiles } from '../support/docker-build.ts'
import { skipUnlessInstalled, skipUnlessRoot } from '../support/engines.ts'
import { assertGolden } from '../support/golden.ts'
import { rangesSkipReason } from '../support/unprivileged-users.ts'

/** An example, and what its slim image may be at most. */
interface Example {
  readonly name: string
  /** As its FROM names it. */
  readonly base: string
  readonly compressedMegabytesMax: number
  readonly unpackedMegabytesMax: number
  /** `root` for what has to bind to a low port and to change its user itself. */
  readonly user: 'root' | 'stranger'
  /** Whether Docker builds what was written, too: where nothing is fetched but packages of Debian. */
  readonly isBuiltByDocker?: true
  /** Whether it takes root to see all that it writes: a file that is gone again at the end shows in no time of a file. */
  readonly hidesWrites?: true
}

// prettier-ignore
const examples: readonly Example[] = [
  { name: 'go', base: 'golang:1', compressedMegabytesMax: 3, unpackedMegabytesMax: 6.5, user: 'stranger' },
  { name: 'go-tls', base: 'golang:1', compressedMegabytesMax: 16, unpackedMegabytesMax: 36, user: 'stranger' },
  { name: 'express', base: 'node:20', compressedMegabytesMax: 45, unpackedMegabytesMax: 125, user: 'stranger' },
  { name: 'nest', base: 'node:20', compressedMegabytesMax: 54, unpackedMegabytesMax: 150, user: 'stranger' },
  { name: 'flask', base: 'python:3', compressedMegabytesMax: 40, unpackedMegabytesMax: 105, user: 'stranger' },
  { name: 'fastapi', base: 'python:3', compressedMegabytesMax: 35, unpackedMegabytesMax: 100, user: 'stranger' },
  { name: 'java', base: 'maven:3', compressedMegabytesMax: 66, unpackedMegabytesMax: 170, user: 'stranger' },
  { name: 'ruby', base: 'ruby:3', compressedMegabytesMax: 18, unpackedMegabytesMax: 45, user: 'stranger' },
  { name: 'php', base: 'php:8', compressedMegabytesMax: 42, unpackedMegabytesMax: 105, user: 'stranger' },
  { name: 'rust', base: 'rust:1', compressedMegabytesMax: 2, unpackedMegabytesMax: 4, user: 'stranger' },
  { name: 'cpp-tool', base: 'debian:13', compressedMegabytesMax: 8, unpackedMegabytesMax: 20, user: 'stranger' },
  { name: 'nginx', base: 'debian:13', compressedMegabytesMax: 8, unpackedMegabytesMax: 20, user: 'stranger', isBuiltByDocker: true, hidesWrites: true },
  { name: 'shell-tool', base: 'debian:13', compressedMegabytesMax: 20, unpackedMegabytesMax: 45, user: 'stranger', isBuiltByDocker: true },
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
const skip =
  skipUnlessRoot('crun') ||
  skipUnlessInstalled('strace') ||
  rangesSkipReason() ||
  dockerBuildSkipReason ||
  (await whyNoMirror())
/** With all that its tools fetch. */
const exampleMs = 1_200_000
const megabyte = 1_000_000

/** An example that was made slim: its context with `Dockerfile.slim` in it, and what is told of the image `localhost/slim/NAME:1`. */
interface Slimmed {
  readonly context: string
  readonly text: string
  readonly report: InferOutput<typeof reportSchema>
}

/** The base image has to be in the store, by the name that the example has for it. */
async function slimExample(sandbox: CommandSandbox, store: string, name: string): Promise<Slimmed> {
  const context = join(sandbox.path, name)
  mkdirSync(context)
  cpSync(join(folder, name), context, { recursive: true })
  // Whatever the umask of the checkout was: modes are part of what is built.
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', context])
  if (sandbox.user !== undefined) giveFolder(context, sandbox.user)
  const words = ['--build-network', 'host', '--ca-certificates', 'host', '--measure', 'none', '--format', 'json']
  const tag = ['--tag', slimName(name)]
  const { status, stdout, stderr } = await sandbox.run('--store', store, 'slim', ...words, ...tag, context)
  assert.equal(status, 0, `${stdout}\n${stderr.slice(-4000)}`)
  const report = parseJson(Buffer.from(stdout), reportSchema, 'the report')
  return { context, report, text: readFileSync(join(context, 'Dockerfile.slim'), 'utf8') }
}

function slimName(name: string): string {
  return `localhost/slim/${name}:1`
}

function assertSlim({ report: { proof, card }, text }: Slimmed, example: Example): void {
  const { user } = proof.restraint
  assert.equal(user.startsWith('0'), example.user === 'root', user)
  const measured = new Map(card.measures.map(({ id, after: value }) => [id, value?.value]))
  const sizes = [measured.get('size.compressed'), measured.get('size.unpacked')].map(Number)
  assert.ok((sizes[0] ?? Infinity) < example.compressedMegabytesMax * megabyte, String(sizes[0]))
  assert.ok((sizes[1] ?? Infinity) < example.unpackedMegabytesMax * megabyte, String(sizes[1]))
  assert.equal(measured.get('safety.setuid'), 0)
  assert.match(text, /\nFROM scratch\n/)
}

/** Versions are those that Debian has at the time. */
function withoutVersions(text: string): string {
  return text
    .replaceAll(/(?<=\.so)(?:\.\d+)+/g, '.N')
    .replaceAll(/(?<=\b(?:python|cpython-|config-)3)\.?\d+/g, '.N')
    .replaceAll(/(?<=-)\d[\w.]*(?=\.(?:dist|egg)-info)/g, 'N')
    .replaceAll(/(?<=\b(?:ruby|ruby\/gems|rubygems-integration|extensions\/[\w-]+|gems)\/)\d+(?:\.\d+)+/g, 'N')
    .replaceAll(/(?<=\b(?:libruby-|ruby|php\/|php))\d+\.\d+/g, 'N')
    .replaceAll(/(?<=\/lib\/php\/)\d{8}/g, 'N')
    .replaceAll(/(?<=\w-)\d+(?:\.\d+){2,}(?=[/\s.)]|$)/gm, 'N')
    .replaceAll(/(?<=# part of [\w.-]+ )[\d.]+/g, 'N')
}

async function giveBase(sandbox: CommandSandbox, store: string, base: string): Promise<void> {
  const recipe = exampleBases.get(base)
  assert.ok(recipe !== undefined)
  await makeAppBase(sandbox, store, recipe)
  await sandbox.succeed('--store', store, 'tag', appBaseName(recipe), base)
}

describe('examples are made slim, and proved:', { skip, concurrency: 1 }, () => {
  let sandbox: CommandSandbox
  let store: string
  before(async () => {
    ;({ sandbox, store } = await appSandbox())
  })
  after(() => sandbox[Symbol.asyncDispose]())

  for (const example of examples) {
    const { name, base, isBuiltByDocker } = example
    test(name, { timeout: exampleMs }, async () => {
      await giveBase(sandbox, store, base)
      const slimmed = await slimExample(sandbox, store, name)
      assertSlim(slimmed, example)
      await assertGolden(
        withoutVersions(slimmed.text),
        new URL(`../golden/examples/${name}.Dockerfile`, import.meta.url),
      )
      if (isBuiltByDocker !== true) return
      const { context } = slimmed
      const tag = `localhost/docker/${name}:1`
      // What was written lies in the context now, and is no part of the image.
      await buildWithDocker(sandbox, store, { context, dockerfile: join(context, 'Dockerfile.slim'), base, tag })
      assert.deepEqual(await flattenedFiles(store, tag), await flattenedFiles(store, slimName(name)))
    })
  }
})

describe('without root, examples are made slim, and proved:', { skip, concurrency: 1 }, () => {
  let root: CommandSandbox
  let store: string
  let sandbox: CommandSandbox
  before(async () => {
    ;({ sandbox: root, store } = await appSandbox())
    sandbox = await unprivilegedAppSandbox()
  })
  after(async () => {
    await root[Symbol.asyncDispose]()
    await sandbox[Symbol.asyncDispose]()
  })

  for (const example of examples) {
    const { name, base, hidesWrites } = example
    if (hidesWrites === true) continue
    test(name, { timeout: exampleMs }, async () => {
      await giveBase(root, store, base)
      const archive = join(sandbox.path, `${name}.tar`)
      await root.succeed('--store', store, 'save', '-o', archive, base)
      await sandbox.succeed('load', '-i', archive)
      assertSlim(await slimExample(sandbox, sandbox.storePath, name), example)
    })
  }
})
