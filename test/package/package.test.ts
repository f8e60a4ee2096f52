import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { array, object, record, string, tuple } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'
import { makePackage } from '../../tools/package.ts'
import { repositoryRoot } from '../../tools/source-tree.ts'
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

  test('holds the bundle and its papers, and neither the source nor a Node', () => {
    const papers = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.md',
      'docs/card.schema.json',
      'docs/config.schema.json',
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
    const types = [
      '--typeRoots',
      join(repositoryRoot, 'node_modules/@types'),
      '--types',
      'node',
      '--lib',
      'es2025,esnext.disposable',
    ]
    const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2025', '--skipLibCheck', 'false']
    await execute(join(repositoryRoot, 'node_modules/.bin/tsc'), [...strict, ...types, 'program.ts'], {
      cwd: folder,
    }).catch((error: { stdout?: unknown }) => assert.fail(String(error.stdout)))
  })
})
