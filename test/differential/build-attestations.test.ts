import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { attestImages } from '../../src/build/attest-images.ts'
import { parseProvenance } from '../../src/build/attestation-options.ts'
import { parseOutput } from '../../src/build/build-output.ts'
import { exportImages } from '../../src/build/export-images.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { ContentSource } from '../../src/image/content.ts'
import type { Descriptor } from '../../src/image/descriptor.ts'
import { readDocument } from '../../src/image/manifest.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { openImageArchive } from '../../src/store/image-archive.ts'
import { builtImage, exportEnvironment } from '../support/built-image.ts'
import { file } from '../support/layers.ts'
import { temporaryStore } from '../support/store.ts'

const execute = promisify(execFile)
const job = createJob()
const dockerfile = 'FROM scratch\nARG VERSION\nCOPY greeting /\n'
const name = 'localhost/shop:1'

/** What BuildKit's provenance has and ours has not, with the reason. */
const leftOut: readonly (readonly [path: RegExp, reason: string])[] = [
  [/\.root(\W|$)/, 'the request that a frontend was started with: there is no other frontend'],
  [/\.(compatibilityVersion|dockerfileVersion)$/, 'versions of its own parts'],
  [/\.(llbDefinition|digestMapping)(\W|$)/, 'LLB, which we do not have'],
  [/\.layers(\W|$)/, 'by steps of LLB'],
]

/** What ours has and BuildKit's has not. */
const added: readonly (readonly [path: RegExp, reason: string])[] = [
  [/\.buildConfig\.steps(\W|$)/, 'instructions in place of LLB'],
  [/\.configSource\.(path|entryPoint)$/, 'BuildKit leaves it out where the file has its usual name'],
  [/\.(secrets|ssh)$/, 'empty lists'],
  [/\.args$/, 'an empty list'],
  [/\.buildkit_reproducible$/, 'it is false'],
  [/\.resolvedDependencies$|\.materials$/, 'an empty list'],
  [/\.source\.locations\.step\d+/, 'other steps'],
]

/** Every path of a document with the kind of what is there. Items of a list are one. */
function shapeOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((each: unknown) => shapeOf(each, `${path}[]`))]
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`]
  return [path, ...Object.entries(value).flatMap(([key, each]) => shapeOf(each, `${path}.${key}`))]
}

/** The shapes of the documents of one attestation. */
type Shapes = Readonly<Record<'index' | 'manifest' | 'statement', readonly string[]>>

function shapesOf({ index, manifest, statement }: Attested): Shapes {
  const different = (value: unknown): readonly string[] =>
    [...new Set(shapeOf(value))].filter((each) => each !== '').toSorted()
  return { index: different(index), manifest: different(manifest), statement: without(different(statement), leftOut) }
}

function without(shape: readonly string[], allowed: typeof added): readonly string[] {
  return shape.filter((each) => !allowed.some(([pattern]) => pattern.test(each.replace(/: \w+$/, ''))))
}

interface Attested {
  readonly index: unknown
  readonly manifest: unknown
  readonly statement: unknown
}

/** The documents about the first attestation of an index. */
async function readAttested(source: ContentSource, root: Descriptor): Promise<Attested> {
  const json = async <Value>(descriptor: Descriptor): Promise<Value> =>
    JSON.parse(Buffer.from(await readDocument(source, descriptor, 'a document', job)).toString())
  const index = await json<{ manifests: readonly Descriptor[] }>(root)
  const about = index.manifests[1]
  assert.ok(about !== undefined)
  const manifest = await json<{ layers: readonly Descriptor[] }>(about)
  const [layer] = manifest.layers
  assert.ok(layer !== undefined)
  return { index, manifest, statement: await json(layer) }
}

async function buildWithBuildkit(options: string, folder: string, programs: string): Promise<Attested> {
  const [context, archive] = [join(folder, 'context'), join(folder, 'buildkit.tar')]
  const address = `unix://${join(folder, 'socket')}`
  await mkdir(context)
  await writeFile(join(context, 'Dockerfile'), dockerfile)
  await writeFile(join(context, 'greeting'), 'hello\n')
  const daemon = spawn(
    join(programs, 'buildkitd'),
    [
      ...['--root', join(folder, 'root'), '--addr', address, '--containerd-worker=false', '--oci-worker-net=host'],
      ...['--oci-worker-binary=runc', '--oci-worker-gc=false'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  try {
    const lines = createInterface({ input: daemon.stderr })
    for await (const line of lines) if (line.includes('running server')) break
    daemon.stderr.resume()
    await execute(join(programs, 'buildctl'), [
      ...['--addr', address, 'build', '--frontend=dockerfile.v0', '--opt', 'build-arg:VERSION=7'],
      ...['--local', `context=${context}`, '--local', `dockerfile=${context}`, '--opt', `attest:provenance=${options}`],
      ...['--output', `type=oci,dest=${archive},name=${name}`],
    ])
  } finally {
    daemon.kill('SIGTERM')
    if (daemon.exitCode === null) await once(daemon, 'exit')
  }
  await using source = await openImageArchive(archive, folder, job)
  const [image] = source.images
  assert.ok(image !== undefined)
  return await readAttested(source, image.descriptor)
}

async function buildWithUs(options: string, folder: string): Promise<Attested> {
  await using place = await temporaryStore()
  const image = await builtImage(place.store, { layers: [[file('greeting', 'hello\n')]] })
  const facts = {
    request: {
      ...{ document: parseDockerfile(dockerfile).document, dockerfileName: 'Dockerfile', target: undefined },
      buildArguments: new Map([['VERSION', '7']]),
      ...{ labels: new Map(), secrets: new Map(), sshAgents: new Map(), namedContexts: new Map() },
      network: 'default',
    },
    ...{ startedMs: 0, source: undefined, localSources: ['context', 'dockerfile'], vcs: undefined },
  } as const
  const wanted = { provenance: parseProvenance(options), sbom: undefined }
  const attestations = await attestImages([image], wanted, facts, place.store.layersPath, job)
  const outputs = [parseOutput(`type=image,name=${name}`)]
  const request = { images: [image], outputs, names: [], annotations: [], attestations }
  const { image: assembled } = await exportImages(request, exportEnvironment(place.store, folder), job)
  assert.ok(assembled !== undefined)
  return await readAttested(place.store, assembled.descriptor)
}

/** A folder with `buildkitd` and `buildctl`: see build/cases.test.ts. */
const buildkitFolder = process.env['WHERRY_BUILDKITD']
const recordedPath = new URL('build-attestations.json', import.meta.url)
const allOptions = ['version=v1,mode=max', 'version=v1,mode=min', 'version=v0.2,mode=max']

/** What BuildKit 0.34.2 attaches, reduced, by options. */
const recorded: Readonly<Record<string, Shapes>> = JSON.parse(await readFile(recordedPath, 'utf8').catch(() => '{}'))

async function askBuildkit(options: string, programs: string): Promise<Shapes> {
  await using folder = await temporaryDirectory()
  return shapesOf(await buildWithBuildkit(options, folder.path, programs))
}

if (buildkitFolder !== undefined) {
  test('BuildKit attaches what is recorded', async () => {
    const answers: Record<string, Shapes> = {}
    for (const options of allOptions) answers[options] = await askBuildkit(options, buildkitFolder)
    if (process.env['UPDATE_GOLDEN'] === '1')
      await writeFile(recordedPath, `${JSON.stringify(answers, undefined, 2)}\n`)
    else assert.deepEqual(answers, recorded)
  })
}

describe("attestations have the form of BuildKit's", () => {
  for (const options of allOptions) {
    test(options, async () => {
      await using folder = await temporaryDirectory()
      const ours = shapesOf(await buildWithUs(options, folder.path))
      const theirs = recorded[options]
      assert.ok(theirs !== undefined)
      const compared = ({ statement, ...rest }: Shapes): Shapes => ({ ...rest, statement: without(statement, added) })
      assert.deepEqual(compared(ours), compared(theirs))
    })
  }
})
