import assert from 'node:assert/strict'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Attestation } from '../../src/build/attest-images.ts'
import { parseOutput } from '../../src/build/build-output.ts'
import type { BuiltImage } from '../../src/build/built-image.ts'
import { exportImages, type ExportEnvironment, type ExportReport } from '../../src/build/export-images.ts'
import { loadImage } from '../../src/image/image.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import type { LayoutStore } from '../../src/store/layout-store.ts'
import { exportEnvironment } from '../support/built-image.ts'
import { busyboxGreeting, busyboxSkipReason, writeBusyboxImage } from '../support/busybox-image.ts'
import {
  output,
  skipUnlessInstalled,
  skipUnlessRoot,
  startContainerd,
  startDocker,
  startPodman,
} from '../support/engines.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'
import { temporaryStore } from '../support/store.ts'

const job = createJob()
const name = 'localhost/hello:1'

/** An image that runs, as a build leaves it. */
async function busybox(store: LayoutStore): Promise<BuiltImage> {
  const { manifest } = await writeBusyboxImage(store, parseReference('localhost/before:1'))
  const platform = hostPlatform()
  const { config, layers } = await loadImage(store, manifest.descriptor, platform, job)
  return { platform, config, layers, baseLayers: 1, dateSeconds: 1_700_000_000, materials: [] }
}

const attestation: Attestation = {
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: { buildDefinition: {}, runDetails: {} },
  fileName: 'provenance.json',
  inlineOnly: false,
}

async function run(
  image: BuiltImage,
  environment: ExportEnvironment,
  text: string,
  isAttested = false,
): Promise<ExportReport> {
  const attestations = new Map(isAttested ? [[image, [attestation]]] : [])
  const outputs = [parseOutput(text)]
  return await exportImages(
    { images: [image], outputs, names: [parseReference(name)], annotations: [], attestations },
    environment,
    job,
  )
}

describe('what a build writes', { skip: busyboxSkipReason }, () => {
  test('is read by skopeo, as archive and as layout', { skip: skipUnlessInstalled('skopeo') }, async () => {
    await using place = await temporaryStore()
    await using folder = await temporaryDirectory()
    const image = await busybox(place.store)
    for (const [output_, path, transport] of [
      ['type=oci,dest=', 'a.tar', 'oci-archive'],
      ['type=oci,compression=zstd,force-compression=true,dest=', 'zstd.tar', 'oci-archive'],
      ['type=oci,tar=false,dest=', 'layout', 'oci'],
      ['type=docker,dest=', 'b.tar', 'docker-archive'],
    ] as const) {
      const target = join(folder.path, path)
      const environment = exportEnvironment(place.store, folder.path)
      const report = await run(image, environment, output_ + target)
      await output('skopeo', ['copy', `${transport}:${target}`, `dir:${join(folder.path, `${path}-copy`)}`])
      if (transport === 'docker-archive') continue
      const { Digest } = JSON.parse(await output('skopeo', ['inspect', `${transport}:${target}`]))
      assert.equal(Digest, report.image?.descriptor.digest)
    }
  })

  test('is unpacked by umoci and checked by crane', { skip: skipUnlessRoot('umoci', 'crane') }, async () => {
    await using place = await temporaryStore()
    await using folder = await temporaryDirectory()
    const image = await busybox(place.store)
    const environment = exportEnvironment(place.store, folder.path)
    const [layout, archive] = [join(folder.path, 'layout'), join(folder.path, 'a.tar')]
    await run(image, environment, `type=oci,tar=false,dest=${layout}`)
    await output('umoci', ['unpack', '--image', `${layout}:${name}`, join(folder.path, 'bundle')])
    await run(image, environment, `type=docker,oci-mediatypes=false,dest=${archive}`)
    await output('crane', ['validate', '--tarball', archive])
  })

  test('has the same bytes on two machines', async () => {
    await using one = await temporaryStore()
    await using other = await temporaryStore()
    const digests: unknown[] = []
    for (const { store, path } of [one, other]) {
      const report = await run(await busybox(store), exportEnvironment(store, path), 'type=image,compression=zstd')
      digests.push(report.image?.descriptor.digest)
    }
    assert.equal(digests[0], digests[1])
  })
})

/** A registry that outputs push to. */
function pushing(
  store: LayoutStore,
  folder: string,
  client: ReturnType<typeof createRegistryClient>,
): ExportEnvironment {
  return exportEnvironment(store, folder, { openRepository: async (reference) => client.repository(reference, 'push') })
}

describe('what a build pushes', { skip: busyboxSkipReason || registrySkipReason }, () => {
  for (const [engineName, start, skip, plain] of [
    ['podman', startPodman, skipUnlessRoot('podman', 'runc'), ['--tls-verify=false']],
    ['docker', startDocker, skipUnlessRoot('docker', 'dockerd'), []],
    ['containerd', startContainerd, skipUnlessRoot('containerd', 'ctr', 'runc'), ['--plain-http']],
  ] as const) {
    for (const asArtifact of [true, false]) {
      const form = asArtifact ? 'artifacts' : 'images'
      test(`runs under ${engineName}, with attestations as ${form}`, { skip }, async () => {
        await using place = await temporaryStore()
        await using registry = await startRegistry()
        await using client = createRegistryClient({ environment: {} })
        await using engine = await start()
        const target = `${registry.host}/shop:1`
        const image = await busybox(place.store)
        const text = `type=registry,name=${target},oci-artifact=${asArtifact}`
        await run(image, pushing(place.store, place.path, client), text, true)
        await engine.run('pull', ...plain, target)
        assert.equal(await engine.runImage(target), busyboxGreeting)
      })
    }
  }

  test('is an index that skopeo chooses the image from', { skip: skipUnlessInstalled('skopeo') }, async () => {
    await using place = await temporaryStore()
    await using registry = await startRegistry()
    await using client = createRegistryClient({ environment: {} })
    const target = `${registry.host}/shop:1`
    const image = await busybox(place.store)
    const report = await run(image, pushing(place.store, place.path, client), `type=registry,name=${target}`, true)
    const raw = JSON.parse(await output('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${target}`]))
    assert.equal(raw.manifests.length, 2)
    const config = await output('skopeo', ['inspect', '--config', '--tls-verify=false', `docker://${target}`])
    assert.match(config, /greeting/)
    assert.equal(raw.manifests[0].digest, report.image?.images[0]?.descriptor.digest)
  })
})

describe('--load', { skip: busyboxSkipReason }, () => {
  for (const [engineName, start, skip] of [
    ['podman', startPodman, skipUnlessRoot('podman', 'runc')],
    ['docker', startDocker, skipUnlessRoot('docker', 'dockerd')],
  ] as const) {
    test(`brings the image into ${engineName}`, { skip }, async () => {
      await using place = await temporaryStore()
      await using folder = await temporaryDirectory()
      await using engine = await start()
      // Only this engine's client is found.
      const program = (await output('which', [engineName])).trim()
      await mkdir(join(folder.path, 'bin'))
      await symlink(program, join(folder.path, 'bin', engineName))
      const environment = { ...engine.environment, HOME: folder.path, PATH: `${folder.path}/bin` }
      const image = await busybox(place.store)
      await run(image, exportEnvironment(place.store, folder.path, { environment }), 'type=docker')
      assert.equal(await engine.runImage(name), busyboxGreeting)
    })
  }

  test('says why where there is nothing to load into, and what an engine says that refuses', async () => {
    await using place = await temporaryStore()
    await using folder = await temporaryDirectory()
    const image = await busybox(place.store)
    const load = (PATH: string) =>
      run(image, exportEnvironment(place.store, folder.path, { environment: { PATH } }), 'type=docker')
    await assert.rejects(load(folder.path), /docker: it is not installed; podman: it is not installed/)
    const script = '#!/bin/sh\nif [ "$1" = load ]; then echo "no room" >&2; exit 7; fi\n'
    await writeFile(join(folder.path, 'docker'), script)
    await chmod(join(folder.path, 'docker'), 0o755)
    await assert.rejects(load(folder.path), /docker does not load the image: no room/)
  })
})
