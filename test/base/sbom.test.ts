import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { formatReference, parseReference } from '../../src/image/reference.ts'
import { readManifest } from '../../src/image/manifest.ts'
import { createJob } from '../../src/std/job.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { baseSandbox } from '../support/base-images.ts'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { skipUnlessInstalled } from '../support/engines.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'

const execute = promisify(execFile)
const skip = skipUnlessInstalled('python3', 'pip') || registrySkipReason || (await whyNoMirror())

/** The documents that a store has about an image, by what they are. */
async function documentsOf(storePath: string, name: string): Promise<ReadonlyMap<string, Buffer>> {
  const job = createJob()
  await using store = await openStore(storePath, job)
  const found = new Map<string, Buffer>()
  for (const artifact of await store.referrers(await store.resolve(parseReference(name), job), job)) {
    const { document } = await readManifest(store, artifact, job)
    assert.ok(document.kind === 'image')
    const digest = document.layers[0]?.digest.slice('sha256:'.length) ?? ''
    found.set(artifact.artifactType ?? '', await readFile(join(storePath, 'blobs/sha256', digest)))
  }
  return found
}

describe('the documents of a base image', { skip, concurrency: false }, () => {
  let sandbox: CommandSandbox
  before(async () => {
    sandbox = await baseSandbox()
    await sandbox.succeed('base', 'python', '-t', 'python:1')
  })
  after(() => sandbox[Symbol.asyncDispose]())

  test("pass the checks of SPDX's own tools", async () => {
    const documents = await documentsOf(sandbox.storePath, 'python:1')
    const path = join(sandbox.path, 'python.spdx.json')
    await writeFile(path, documents.get('application/spdx+json') ?? '')
    const tools = join(sandbox.path, 'tools')
    await execute('python3', ['-m', 'pip', 'install', '--quiet', '--target', tools, 'spdx-tools==0.8.5'])
    const check = async (file: string): Promise<unknown> => {
      const words = ['-m', 'spdx_tools.spdx.clitools.pyspdxtools', '--infile', file]
      return await execute('python3', words, { env: { ...process.env, PYTHONPATH: tools } })
    }
    await check(path)
    const broken = join(sandbox.path, 'broken.spdx.json')
    await writeFile(broken, (await readFile(path, 'utf8')).replace('"SPDXRef-image"', '"SPDXRef-nobody"'))
    await assert.rejects(check(broken), /SPDXRef-image/)
  })

  test('name the packages that the image has, and nothing else', async () => {
    const listed = JSON.parse(await sandbox.succeed('inspect', 'python:1', '--packages', '--format', 'json'))
    const expected = listed.map((each: { name: string; version: string }) => `${each.name} ${each.version}`).toSorted()
    assert.ok(expected.length > 20)
    const documents = await documentsOf(sandbox.storePath, 'python:1')
    const spdx = JSON.parse(String(documents.get('application/spdx+json')))
    const cycloneDx = JSON.parse(String(documents.get('application/vnd.cyclonedx+json')))
    const inSpdx = spdx.packages.filter((each: { primaryPackagePurpose: string }) => each.primaryPackagePurpose === 'LIBRARY') // prettier-ignore
    const inCycloneDx = cycloneDx.components.filter(({ type }: { type: string }) => type === 'library')
    assert.deepEqual(inSpdx.map((each: { name: string; versionInfo: string }) => `${each.name} ${each.versionInfo}`).toSorted(), expected) // prettier-ignore
    assert.deepEqual(inCycloneDx.map((each: { name: string; version: string }) => `${each.name} ${each.version}`).toSorted(), expected) // prettier-ignore
  })

  test('go along to a registry and back, with their digests', async () => {
    await using registry = await startRegistry()
    await using other = await commandSandbox()
    const name = formatReference(parseReference(`${registry.host}/python:1`))
    await sandbox.succeed('push', 'python:1', name, '--referrers')
    await other.succeed('pull', name, '--referrers')
    assert.deepEqual(await documentsOf(other.storePath, name), await documentsOf(sandbox.storePath, 'python:1'))
  })
})
