import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { array, boolean, number, object, record, string, tuple } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'
import { makePackage } from '../../tools/package.ts'
import { repositoryRoot } from '../../tools/source-tree.ts'
import { buildSandbox, buildSandboxSkipReason } from '../support/build-sandbox.ts'
import { readPackageManifest } from '../support/package-manifest.ts'

const execute = promisify(execFile)
const packedSchema = tuple([object({ filename: string(), files: array(object({ path: string() })) })])

/** Compresses, which needs the worker beside the bundle, and reads the result back; and xz, which needs a package. */
const program = `
import { byteStream, compress, createJob, decompress, readAll, type Job } from 'wherry'

const job: Job = createJob()
const packed = compress(byteStream(Buffer.from('moved')), { format: 'gzip' }, job)
console.log(Buffer.from(await readAll(decompress(packed, 'gzip', job), 100)).toString())
const xz = Buffer.from('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAIbW92ZWQgdG9vAAAAAKw9vIKmLKdTAAEhCWwYxdUftvN9AQAAAAAEWVo=', 'base64')
console.log(Buffer.from(await readAll(decompress(byteStream(xz), 'xz', job), 100)).toString())
`

/** Builds, runs, compares and slims; is cancelled; and is told what is wrong, each as values. */
const builder = `
import {
  buildDockerfile, budgetBreaks, byteStream, compareImages, createJob, openToolchain, parseLimit, parseProbe, runImage, slimImage,
  StepError, type Card, type ProgressEvent, type RunSettings, type SlimProof,
} from 'wherry'

const events: ProgressEvent[] = []
const job = createJob({ emit: (event) => events.push(event) })
await using toolchain = await openToolchain({ cache: 'cache' }, job)
const greeting = new Map([['GREETING', 'hello']])
const { images, report } = await buildDockerfile('app', { names: ['app:1'], buildArguments: greeting }, toolchain, job)
const steps = events.filter((event) => event.type === 'task-started' && event.kind === 'step').length
const settings = { build: { buildArguments: greeting }, names: ['app:slim'], probes: { probes: [parseProbe('exit')] } }
const slimmed = await slimImage('app', settings, toolchain, job)
const proof: SlimProof = slimmed.proof
const card: Card = await compareImages('app:1', 'app:slim', { differences: true }, toolchain, job)
let said = ''
const asking: RunSettings = {
  command: ['sh', '-c', 'read line; echo "$line $MODE"; cat /greeting; exit 3'],
  environment: new Map([['MODE', 'test']]),
  input: byteStream(Buffer.from('asked\\n')),
  output: (chunk) => { said += Buffer.from(chunk).toString() },
}
const run = await runImage('app:1', asking, toolchain, job)
const failed = await buildDockerfile('app', { target: 'failing' }, toolchain, job).catch((error: unknown) => error)
if (!(failed instanceof StepError)) throw failed
const cancelled = createJob({ signal: AbortSignal.abort(new Error('enough')) })
const ended = await buildDockerfile('app', {}, toolchain, cancelled).catch((error: unknown) => String(error))
console.log(JSON.stringify({
  platforms: images.length, named: report.names.length, steps, isProved: proof.isProved, text: slimmed.text,
  files: card.measures.find(({ id }) => id === 'content.files'), removed: card.differences !== undefined,
  counted: slimmed.card.measures.length, breaks: budgetBreaks(card.measures, [parseLimit('files=1')]).length,
  run, said, failed: [failed.code, failed.message, failed.output.join('')], ended,
}))
`

const builderDockerfile = `FROM base:1 AS app
ARG GREETING
COPY name /name
RUN echo "$GREETING $(cat /name)" > /greeting
CMD ["cat", "/greeting"]

FROM base:1 AS failing
RUN echo 'this is why'; exit 3

FROM app
`

const builtSchema = object({
  platforms: number(),
  named: number(),
  steps: number(),
  isProved: boolean(),
  text: string(),
  files: object({ before: object({ value: number() }), after: object({ value: number() }) }),
  removed: boolean(),
  counted: number(),
  breaks: number(),
  run: object({ kind: string(), status: number() }),
  said: string(),
  failed: tuple([string(), string(), string()]),
  ended: string(),
})

/** The program of the README. */
async function readmeProgram(): Promise<string> {
  const text = await readFile(join(repositoryRoot, 'README.md'), 'utf8')
  return /^## As a library$[^]*?^```ts\n([^]*?)^```$/m.exec(text)?.[1] ?? assert.fail('the README has no program')
}

describe('the published package', () => {
  let temporary: TemporaryDirectory
  let folder: string
  let files: readonly string[]

  before(async () => {
    temporary = await temporaryDirectory()
    const made = join(temporary.path, 'package')
    folder = join(temporary.path, 'installed')
    await makePackage(made)
    const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', temporary.path], { cwd: made })
    const [packed] = parseJson(Buffer.from(stdout), packedSchema, 'answer of npm pack')
    files = packed.files.map((file) => file.path)
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
    await execute('npm', ['install', ...options, join(temporary.path, packed.filename)], { cwd: folder })
  })
  after(() => temporary[Symbol.asyncDispose]())

  const wherry = (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> => {
    const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
    const env = { ...process.env, PATH: path, HOME: temporary.path, XDG_CACHE_HOME: join(temporary.path, 'cache') }
    return execute(join(folder, 'node_modules/.bin/wherry'), args, { cwd: folder, env })
  }

  test('runs from an empty folder', async () => {
    const { version } = await readPackageManifest()
    assert.deepEqual(await wherry('--version'), { stdout: `wherry ${version}\n`, stderr: '' })
    assert.match((await wherry('--help')).stdout, /^Usage: wherry /m)
    assert.match((await wherry('pull', '--help')).stdout, /^Usage: wherry pull /m)
  })

  test('reads an --env-file itself: Node neither looks for it nor does what it says', async () => {
    await writeFile(join(folder, 'app.env'), 'NODE_OPTIONS=--require ./nowhere.js\n')
    const run = (path: string): Promise<unknown> =>
      wherry('run', '--pull', 'never', '--env-file', path, 'localhost/nothing:1').catch((error: unknown) => error)
    assert.match(String(await run('missing.env')), /error: cannot read missing\.env/)
    assert.match(String(await run('app.env')), /error: the store does not have localhost\/nothing:1/)
  })

  test('holds the bundle and its papers, and neither the source nor a Node', () => {
    const papers = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.md',
      'docs/card.schema.json',
      'docs/config.schema.json',
      'docs/inspect.schema.json',
      'docs/probes.schema.json',
      'docs/recipe.schema.json',
      'package.json',
    ]
    const others = files.filter((path) => !/^dist\/.*\.(?:c?js|d\.ts)$/.test(path))
    assert.deepEqual(
      others.toSorted(),
      [...papers, 'bin/compiled-code.js', 'bin/package.json', 'bin/wherry.js'].toSorted(),
    )
    assert.ok(
      files.includes('dist/main.cjs') && files.includes('dist/index.js') && files.includes('dist/types/index.d.ts'),
    )
  })

  test('needs no package but three', async () => {
    const schema = object({ packages: record(string(), object({})) })
    const lock = parseJson(await readFile(join(folder, 'package-lock.json')), schema, 'package-lock.json')
    const packages = Object.keys(lock.packages).filter((name) => !name.startsWith('node_modules/@koromix/koffi-'))
    assert.deepEqual(packages.toSorted(), [
      '',
      'node_modules/koffi',
      'node_modules/openpgp',
      'node_modules/wherry',
      'node_modules/xz-decompress',
    ])
    const manifest = await readFile(join(folder, 'node_modules/wherry/package.json'), 'utf8')
    assert.doesNotMatch(manifest, /optionalDependencies|devDependencies|scripts|node-linux/)
  })

  test('can be imported by a program, with its types and its worker threads', async () => {
    await writeFile(join(folder, 'program.ts'), program)
    assert.equal((await execute(process.execPath, ['program.ts'], { cwd: folder })).stdout, 'moved\nmoved too\n')
    await checkTypes('program.ts')
  })

  const checkTypes = async (file: string): Promise<void> => {
    const types = [
      '--typeRoots',
      join(repositoryRoot, 'node_modules/@types'),
      '--types',
      'node',
      '--lib',
      'es2025,esnext.disposable',
    ]
    const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2025', '--skipLibCheck', 'false']
    await execute(join(repositoryRoot, 'node_modules/.bin/tsc'), [...strict, ...types, file], {
      cwd: folder,
    }).catch((error: { stdout?: unknown }) => assert.fail(String(error.stdout)))
  }

  /** Runs a program of a user's on a store that has `base:1`, beside a folder `app`. */
  const runProgram = async (name: string, text: string): Promise<string> => {
    await using sandbox = await buildSandbox()
    await writeFile(join(folder, name), text)
    await checkTypes(name)
    await mkdir(join(folder, 'app'), { recursive: true })
    await writeFile(join(folder, 'app/Dockerfile'), builderDockerfile)
    await writeFile(join(folder, 'app/name'), 'world\n')
    const env = { ...process.env, HOME: sandbox.path, WHERRY_STORE: sandbox.storePath }
    const { stdout } = await execute(process.execPath, [name], { cwd: folder, env })
    assert.deepEqual(sandbox.scratch(), [])
    return stdout
  }

  test(
    'builds, runs, compares and slims for a program, which gets proof and card as values',
    { skip: buildSandboxSkipReason },
    async () => {
      const built = parseJson(Buffer.from(await runProgram('builder.ts', builder)), builtSchema, 'what it printed')
      const { files, failed, text, ended, ...others } = built
      assert.deepEqual(others, {
        platforms: 1,
        named: 1,
        steps: others.steps,
        isProved: true,
        removed: true,
        counted: others.counted,
        breaks: 1,
        run: { kind: 'exited', status: 3 },
        said: 'asked test\nhello world\n',
      })
      assert.ok(others.steps >= 2 && others.counted > 5)
      assert.ok(files.after.value < files.before.value)
      assert.match(text, /^FROM scratch/m)
      assert.equal(failed[0], 'command-failed')
      assert.match(failed[1], /ended with status 3/)
      assert.equal(failed[2], 'this is why')
      assert.equal(ended, 'Error: enough')
    },
  )

  test('does what the README shows', { skip: buildSandboxSkipReason }, async () => {
    const said = await runProgram('readme.ts', await readmeProgram())
    assert.match(said, /^built sha256:[0-9a-f]{64}\n/)
    assert.match(said, /\| files \|/)
    assert.match(await readFile(join(folder, 'app/Dockerfile.slim'), 'utf8'), /^FROM scratch/m)
  })
})
