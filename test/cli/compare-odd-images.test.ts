import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TarContent } from '../../src/archive/tar-entry.ts'
import { writeTar } from '../../src/archive/tar-writer.ts'
import { digestOf } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { parseReference } from '../../src/image/reference.ts'
import { byteStream } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { contentOf, indexOf, manifestOf, writeContent, type Content } from '../contracts/content.ts'
import schema from '../../docs/inspect.schema.json' with { type: 'json' }
import { commandSandbox } from '../support/command.ts'
import { fitsJsonSchema } from '../support/json-schema.ts'
import { file, tarOf, type LayerItem } from '../support/layers.ts'

interface Odd {
  readonly layers: readonly (readonly LayerItem[] | Uint8Array)[]
  readonly architecture?: string
}

/** A store in which these images are, and the command that uses it. */
async function storeOf(images: Readonly<Record<string, Odd>>, index: readonly string[] = []) {
  const sandbox = await commandSandbox()
  const job = createJob()
  await using store = await openStore(sandbox.storePath, job)
  const manifests = new Map<string, Content & { readonly architecture: string }>()
  for (const [name, { layers, architecture = 'amd64' }] of Object.entries(images)) {
    const tars = await Promise.all(layers.map(async (each) => (each instanceof Uint8Array ? each : await tarOf(each))))
    const rootfs = { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) }
    const history = tars.map((_, number) => ({ created_by: `RUN step ${number + 1} of ${name} # buildkit` }))
    const document = { os: 'linux', architecture, config: {}, rootfs, history }
    const config = contentOf(Buffer.from(JSON.stringify(document)), mediaTypes.ociConfig)
    const contents = tars.map((tar) => contentOf(tar, mediaTypes.ociLayer))
    const manifest = manifestOf(config, contents)
    for (const each of [...contents, config, manifest]) await writeContent(store, each)
    await store.tag(parseReference(name), manifest.descriptor, manifest.bytes, job)
    manifests.set(name, { ...manifest, architecture })
  }
  if (index.length > 0) {
    const entries = index.flatMap((name) => manifests.get(name) ?? [])
    const made = indexOf(
      entries.map(({ descriptor, architecture }) => ({ ...descriptor, platform: { os: 'linux', architecture } })),
    )
    await store.tag(parseReference('index:1'), made.descriptor, made.bytes, job)
  }
  return sandbox
}

/** Empty files, in folders as packages have them. */
function* manyFiles(count: number): Generator<TarContent> {
  for (let number = 0; number < count; number += 1) {
    const { entry } = file(
      `usr/lib/package-${number % 3000}/a-longer-name/${number % 7}/a-longer-name-of-a-file-${number}`,
    )
    yield { entry, body: byteStream() }
  }
}

/** Writes an image with one layer of so many files. */
async function storeLarge(storePath: string, name: string, files: number): Promise<void> {
  const job = createJob()
  await using store = await openStore(storePath, job)
  const layer = await store.ingest(mediaTypes.ociLayer, writeTar(manyFiles(files), job), job)
  const rootfs = { type: 'layers', diff_ids: [layer.digest] }
  const document = { os: 'linux', architecture: 'amd64', config: {}, rootfs }
  const config = contentOf(Buffer.from(JSON.stringify(document)), mediaTypes.ociConfig)
  await writeContent(store, config)
  const manifest = manifestOf(config, [{ descriptor: layer, bytes: new Uint8Array(0) }])
  await store.tag(parseReference(name), manifest.descriptor, manifest.bytes, job)
}

const intel = { layers: [[file('intel', 'of amd64')]] }
const arm = { layers: [[file('arm', 'of arm64'), file('both', 'x')], [file('arm', 'another')]], architecture: 'arm64' }
const platforms = { 'intel:1': intel, 'arm:1': arm }

describe('compare', () => {
  test('says that an image is of another platform', async () => {
    await using sandbox = await storeOf(platforms)
    const text = await sandbox.succeed('compare', 'intel:1', 'arm:1', '--diff')
    assert.match(text, /^ {2}platform +linux\/amd64 +linux\/arm64$/m)
  })

  test('says what an index offers that has no image for a platform', async () => {
    await using sandbox = await storeOf(platforms, ['intel:1', 'arm:1'])
    const { status, stdout, stderr } = await sandbox.run('compare', 'intel:1', 'index:1', '--platform', 'linux/s390x')
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /no image for linux\/s390x in the index/)
    assert.match(stderr, /It offers linux\/amd64, linux\/arm64/)
  })

  test('compares images that share no layer', async () => {
    await using sandbox = await storeOf(platforms)
    const text = await sandbox.succeed('compare', 'intel:1', 'arm:1', '--diff', '--present', 'intel:1')
    assert.match(text, /^Layers {2}none is shared; 5.12kB to pull where the first image is$/m)
    assert.match(text, /^new bytes +0B +5.12kB +new$/m)
  })

  test('compares images in which nothing is, in every form', async () => {
    const nothing = { 'none:1': { layers: [] }, 'file:1': { layers: [[file('empty')]] } }
    const zero = { layers: [[], new Uint8Array(0)] }
    await using sandbox = await storeOf({ ...nothing, 'zero:1': zero, 'intel:1': intel })
    for (const [before, after] of [
      ['none:1', 'zero:1'],
      ['zero:1', 'file:1'],
      ['intel:1', 'none:1'],
    ] as const) {
      for (const format of ['text', 'json', 'markdown', 'html']) {
        const card = await sandbox.succeed('compare', before, after, '--diff', '--format', format)
        assert.doesNotMatch(card, /NaN|Infinity|undefined/, `${before}, ${after}, ${format}`)
      }
    }
    assert.match(await sandbox.succeed('compare', 'none:1', 'none:1'), /^image, compressed +0B +0B +same$/m)
  })
})

describe('an image of 300,000 files', () => {
  test('is compared, and shown on pages, with a heap of 160 MiB', async () => {
    await using sandbox = await commandSandbox({ NODE_OPTIONS: '--max-old-space-size=160' })
    await storeLarge(sandbox.storePath, 'large:1', 300_000)
    await storeLarge(sandbox.storePath, 'small:1', 10)
    const compare = (format: string) => sandbox.succeed('compare', 'large:1', 'small:1', '--diff', '--format', format)
    assert.match(await compare('text'), /^Files {2}0 added, 326,960 removed, 0 changed, 0 moved$/m)
    const pages = [await compare('html'), await sandbox.succeed('inspect', 'large:1', '--format', 'html')]
    for (const page of pages) assert.ok(page.length < 1e6, `${page.length} bytes`)
    assert.match(pages[1] ?? '', />300,000</)
  })
})

describe('inspect', () => {
  test('prints layers and waste for a pull request, with the lines that made them', async () => {
    await using sandbox = await storeOf({ 'arm:1': arm })
    const inspect = (...words: readonly string[]) => sandbox.run('inspect', 'arm:1', '--format', 'markdown', ...words)
    assert.match((await inspect('--layers')).stdout, /^\| 0 \| 3.07kB \| 3.07kB \| 8B \| RUN step 1 of arm:1 \|$/m)
    const { stdout } = await inspect('--waste')
    assert.match(stdout, /^\| 8B \| \/arm \| RUN step 1 of arm:1 \| replaced by RUN step 2 of arm:1 \|$/m)
    const files = (await inspect('--files')).stdout
    assert.match(files, /^\| \/arm \| `-rw-r--r--` \| 0:0 \| 7B \| 1: RUN step 2 of arm:1 \|$/m)
    assert.equal((await inspect()).status, 2)
  })

  for (const view of ['layers', 'files', 'waste'] as const) {
    test(`prints ${view} in the form that is published`, async () => {
      await using sandbox = await storeOf({ 'arm:1': arm, 'none:1': { layers: [] } })
      const list = async (name: string): Promise<unknown> =>
        JSON.parse(await sandbox.succeed('inspect', name, `--${view}`, '--format', 'json'))
      const [some, none] = [await list('arm:1'), await list('none:1')]
      assert.ok(Array.isArray(some) && some.length > 0)
      for (const each of [some, none]) assert.ok(fitsJsonSchema(each, schema.$defs[view], schema), JSON.stringify(each))
    })
  }

  test('shows an image as a page: all of it, or one view', async () => {
    await using sandbox = await storeOf({
      'arm:1': arm,
      'none:1': { layers: [] },
      'empty:1': { layers: [[], new Uint8Array(0)] },
    })
    const titles = async (...words: readonly string[]): Promise<readonly string[]> => {
      const page = await sandbox.succeed('inspect', '--format', 'html', ...words)
      assert.doesNotMatch(page, /NaN|Infinity|undefined/)
      return Array.from(page.matchAll(/<h2>(.*?)<\/h2>/g), ([, title = '']) => title)
    }
    const all = ['Layers', 'Wasted files', 'Where the bytes are', 'Every file', 'Everything that was counted']
    for (const name of ['arm:1', 'none:1', 'empty:1']) assert.deepEqual(await titles(name), all)
    assert.deepEqual(await titles('arm:1', '--layers'), ['Layers'])
    assert.deepEqual(await titles('arm:1', '--waste'), ['Wasted files'])
    assert.deepEqual(await titles('arm:1', '--files', '/both'), ['Where the bytes are', 'Every file'])
    const { status, stderr } = await sandbox.run('inspect', 'arm:1', '--packages', '--format', 'html')
    assert.equal(status, 2)
    assert.match(stderr, /--format html does not go with --packages/)
  })

  test('looks at the layers, files and waste of the platform that was asked for', async () => {
    await using sandbox = await storeOf(platforms, ['intel:1', 'arm:1'])
    const inspect = (platform: string, ...words: readonly string[]) =>
      sandbox.succeed('inspect', 'index:1', '--platform', platform, ...words)
    assert.match(await inspect('linux/arm64', '--layers'), /RUN step 1 of arm:1/)
    assert.doesNotMatch(await inspect('linux/amd64', '--layers'), /arm:1/)
    assert.match(await inspect('linux/arm64', '--files'), / \/arm\n/)
    assert.match(await inspect('linux/amd64', '--files'), / \/intel\n/)
    assert.match(
      await inspect('linux/arm64', '--waste'),
      /8B +\/arm +RUN step 1 of arm:1 +replaced by RUN step 2 of arm:1/,
    )
    assert.equal(await inspect('linux/amd64', '--waste'), 'Nothing is wasted.\n')
    for (const mode of ['--layers', '--files', '--waste']) {
      const { status, stderr } = await sandbox.run('inspect', 'index:1', '--platform', 'linux/s390x', mode)
      assert.equal(status, 1)
      assert.match(stderr, /no image for linux\/s390x/)
    }
  })
})
