import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readTar } from '../archive/tar-reader.ts'
import { parseReference } from '../image/reference.ts'
import { byteStream, readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { MemoryStore } from '../store/memory-store.ts'
import { openImageArchive } from '../store/image-archive.ts'
import { builtImage, exportEnvironment } from '../../test/support/built-image.ts'
import { directory, file, hardLink, symbolicLink, whiteout, type LayerItem } from '../../test/support/layers.ts'
import { temporaryStore, type TemporaryStore } from '../../test/support/store.ts'
import { buildMetadata } from './build-metadata.ts'
import { parseOutput } from './build-output.ts'
import type { BuiltImage } from './built-image.ts'
import { exportImages, imageIdOf, type ExportEnvironment } from './export-images.ts'

const job = createJob()
const name = parseReference('localhost/shop:1')

async function run(images: readonly BuiltImage[], environment: ExportEnvironment, ...outputs: readonly string[]) {
  const request = { images, outputs: outputs.map(parseOutput), names: [name], annotations: [], attestations: new Map() }
  return await exportImages(request, environment, job)
}

const layers: readonly (readonly LayerItem[])[] = [
  [directory('bin'), file('bin/tool', 'tool\n', { mode: 0o4755 }), file('old', 'gone\n'), symbolicLink('link', '/etc')],
  [whiteout('old'), file('greeting', 'hello\n')],
]

describe('an image goes', () => {
  test('to the store under its names, with the digest of its config as its ID', async () => {
    await using place = await temporaryStore()
    const built = await builtImage(place.store, { layers })
    const report = await run([built], exportEnvironment(place.store, place.path), 'type=image')
    assert.equal((await place.store.resolve(name, job)).digest, report.image?.descriptor.digest)
    assert.equal(imageIdOf(report), report.image?.images[0]?.config.digest)
  })

  test('to a registry, with everything it needs', async () => {
    await using place = await temporaryStore()
    const registry = new MemoryStore()
    const asked: unknown[] = []
    const environment = exportEnvironment(place.store, place.path, {
      openRepository: async (reference, options) => {
        asked.push([reference.repository, options.insecure])
        return registry
      },
    })
    const built = await builtImage(place.store, { layers })
    const report = await run([built], environment, 'type=registry,registry.insecure=true')
    assert.deepEqual(asked, [['shop', true]])
    assert.equal((await registry.resolve(name, job)).digest, report.image?.descriptor.digest)
  })

  test('to archives and layouts that are read back as what was written', async () => {
    await using place = await temporaryStore()
    const built = await builtImage(place.store, { layers })
    const environment = exportEnvironment(place.store, place.path)
    for (const [output, path] of [
      ['type=oci,dest=', 'a.tar'],
      ['type=docker,dest=', 'b.tar'],
      ['type=oci,tar=false,dest=', 'c'],
    ] as const) {
      const destination = join(place.path, path)
      const report = await run([built], environment, output + destination)
      await using archive = await openImageArchive(destination, place.store.spoolPath, job)
      assert.equal((await archive.resolve(name, job)).digest, report.image?.descriptor.digest, output)
    }
  })

  test('with other layers where another compression is asked for, which are made once', async () => {
    await using place = await temporaryStore()
    const titles: string[] = []
    const watched = createJob({
      emit: (event) => {
        if (event.type === 'task-started') titles.push(event.title)
      },
    })
    const built = await builtImage(place.store, { layers, baseLayers: 1 })
    const environment = exportEnvironment(place.store, place.path)
    const once = async (output: string) => {
      titles.length = 0
      const request = { images: [built], outputs: [parseOutput(output)], names: [name], annotations: [] }
      await exportImages({ ...request, attestations: new Map() }, environment, watched)
      return titles.length
    }
    assert.equal(await once('type=image,compression=zstd'), 1)
    assert.equal(await once('type=image,compression=zstd,force-compression=true'), 1)
    assert.equal(await once('type=image,compression=zstd,force-compression=true'), 0)
    assert.equal(await once('type=image,compression=gzip,force-compression=true'), 0)
  })
})

describe('files go into a tar', () => {
  const attestation = { predicateType: 'a', predicate: {}, fileName: 'a.json', inlineOnly: false }

  /** What a tar on standard output holds. */
  async function tarOf(images: readonly BuiltImage[], place: TemporaryStore, inlineOnly?: boolean) {
    const chunks: Uint8Array[] = []
    const environment = exportEnvironment(place.store, place.path, {
      writeToStandardOutput: async (chunk) => void chunks.push(chunk),
    })
    const attestations = new Map(
      inlineOnly === undefined ? [] : images.map((image) => [image, [{ ...attestation, inlineOnly }]]),
    )
    const outputs = [parseOutput('-')]
    await exportImages({ images, outputs, names: [], annotations: [], attestations }, environment, job)
    const members = new Map<string, string>()
    for await (const { entry, body } of readTar(byteStream(...chunks), job)) {
      const bytes = Buffer.from(await readAll(body, 1_000_000)).toString()
      members.set(entry.path, entry.kind === 'file' ? bytes : `${entry.kind} ${entry.linkTarget}`.trim())
    }
    return members
  }

  test('as a container sees them', async () => {
    await using place = await temporaryStore()
    const linked = [...layers, [file('one', '1'), hardLink('two', 'one')]]
    const members = await tarOf([await builtImage(place.store, { layers: linked })], place)
    assert.deepEqual(
      [...members],
      [
        ['bin/', 'directory'],
        ['bin/tool', 'tool\n'],
        ['greeting', 'hello\n'],
        ['link', 'symbolic-link /etc'],
        ['one', '1'],
        ['two', 'hard-link one'],
      ],
    )
  })

  test('with a folder for each platform, and statements about the files', async () => {
    await using place = await temporaryStore()
    const parts = { layers: [[file('greeting', 'hello')]] }
    const arm = await builtImage(place.store, { ...parts, platform: { os: 'linux', architecture: 'arm64' } })
    const images = [await builtImage(place.store, parts), arm]
    const members = await tarOf(images, place, false)
    const names = ['linux_amd64/', 'linux_amd64/greeting', 'linux_amd64/a.json']
    assert.deepEqual([...members.keys()], [...names, ...names.map((each) => each.replace('amd', 'arm'))])
    assert.match(
      members.get('linux_arm64/a.json') ?? '',
      /"subject":\[\{"name":"greeting","digest":\{"sha256":"[0-9a-f]{64}"/,
    )
    assert.deepEqual((await tarOf(images, place, true)).has('linux_arm64/a.json'), false)
  })

  test('and not to a terminal', async () => {
    await using place = await temporaryStore()
    const image = await builtImage(place.store, { layers })
    for (const output of ['-', 'type=oci', 'type=docker,dest=-'])
      await assert.rejects(
        run([image], exportEnvironment(place.store, place.path), output),
        /not written to a terminal/,
      )
  })
})

describe('what scripts are told of a build', () => {
  test('has the keys of buildx', async () => {
    await using place = await temporaryStore()
    const image = await builtImage(place.store, { layers })
    const report = await run([image], exportEnvironment(place.store, place.path), 'type=image')
    const descriptor = report.image?.descriptor
    assert.deepEqual(buildMetadata(report, new Map()), {
      'containerimage.config.digest': imageIdOf(report),
      'containerimage.descriptor': descriptor,
      'containerimage.digest': descriptor?.digest,
      'image.name': 'localhost/shop:1',
    })
  })

  test('has the index as the image of several platforms', async () => {
    await using place = await temporaryStore()
    const arm = await builtImage(place.store, { layers, platform: { os: 'linux', architecture: 'arm64' } })
    const images = [await builtImage(place.store, { layers }), arm]
    const report = await run(images, exportEnvironment(place.store, place.path), 'type=image')
    assert.equal(imageIdOf(report), report.image?.descriptor.digest)
    assert.ok(!('containerimage.config.digest' in buildMetadata(report, new Map())))
    const load = run(images, exportEnvironment(place.store, place.path), 'type=docker')
    await assert.rejects(load, /an archive for docker holds one image, and 2 were built/)
  })
})

describe('files go into a folder', () => {
  test('as a container sees them, without setuid, over what is there', async () => {
    await using place = await temporaryStore()
    const built = await builtImage(place.store, { layers })
    const target = join(place.path, 'out')
    await mkdir(target)
    await writeFile(join(target, 'greeting'), 'another')
    await writeFile(join(target, 'mine'), 'mine')
    await run([built], exportEnvironment(place.store, place.path), target)
    assert.deepEqual((await readdir(target)).toSorted(), ['bin', 'greeting', 'link', 'mine'])
    assert.equal(await readFile(join(target, 'greeting'), 'utf8'), 'hello\n')
    assert.equal((await stat(join(target, 'bin/tool'))).mode & 0o7777, 0o755)
    assert.equal(await readlink(join(target, 'link')), '/etc')
  })

  test('again and again, also where folders are for reading only, with their times', async () => {
    await using place = await temporaryStore()
    const modified = { seconds: 1_600_000_000, nanoseconds: 0 }
    const closed = [directory('ro', { mode: 0o555, modified }), file('ro/x', 'x', { mode: 0o400, modified })]
    const built = await builtImage(place.store, { layers: [closed] })
    const target = join(place.path, 'out')
    for (const _ of [1, 2]) await run([built], exportEnvironment(place.store, place.path), target)
    for (const [name, mode] of [
      ['ro', 0o555],
      ['ro/x', 0o400],
    ] as const) {
      const found = await stat(join(target, name))
      assert.equal(found.mode & 0o7777, mode)
      assert.equal(found.mtimeMs, 1_600_000_000_000)
    }
    await chmod(join(target, 'ro'), 0o755)
  })

  test('and links that stand there lead nowhere', async () => {
    await using place = await temporaryStore()
    const built = await builtImage(place.store, { layers })
    const [target, outside] = [join(place.path, 'out'), join(place.path, 'outside')]
    await mkdir(target)
    await mkdir(outside)
    await writeFile(join(outside, 'victim'), 'as it was')
    await symlink(outside, join(target, 'bin'))
    await symlink(join(outside, 'victim'), join(target, 'greeting'))
    await run([built], exportEnvironment(place.store, place.path), target)
    assert.deepEqual(await readdir(outside), ['victim'])
    assert.equal(await readFile(join(outside, 'victim'), 'utf8'), 'as it was')
    assert.equal(await readFile(join(target, 'bin/tool'), 'utf8'), 'tool\n')
  })

  test('of its own for each platform', async () => {
    await using place = await temporaryStore()
    const arm = await builtImage(place.store, { layers, platform: { os: 'linux', architecture: 'arm64' } })
    const amd = await builtImage(place.store, { layers })
    const target = join(place.path, 'out')
    await run([amd, arm], exportEnvironment(place.store, place.path), `type=local,dest=${target}`)
    assert.deepEqual((await readdir(target)).toSorted(), ['linux_amd64', 'linux_arm64'])
  })

  test('and a folder in the place of a file is not deleted', async () => {
    await using place = await temporaryStore()
    const built = await builtImage(place.store, { layers })
    const target = join(place.path, 'out')
    await mkdir(join(target, 'greeting'), { recursive: true })
    await assert.rejects(
      run([built], exportEnvironment(place.store, place.path), target),
      /greeting is a folder, and the image has a file there/,
    )
  })
})
