import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test, type TestContext } from 'node:test'
import { parseReference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { checkStore } from '../../src/store/check-store.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { contentOf, manifestOf, sampleImage, writeContent } from '../contracts/content.ts'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'
import { seededRandom, testSeed, type SeededRandom } from '../support/seeded-random.ts'

const job = createJob()
const rounds = 10
const layerCount = 6
const layerBytes = 5_000_000

/** Gives a store an image of several layers, which is moved in more than a moment. @returns its digest. */
async function makeImage(sandbox: CommandSandbox, name: string, random: SeededRandom): Promise<string> {
  await using store = await openStore(sandbox.storePath, job)
  const { config } = sampleImage()
  const layers = Array.from({ length: layerCount }, () => contentOf(random.bytes(layerBytes)))
  const manifest = manifestOf(config, layers)
  for (const content of [config, ...layers]) await writeContent(store, content)
  await store.tag(parseReference(name), manifest.descriptor, manifest.bytes, job)
  return manifest.descriptor.digest
}

function seededTest(context: TestContext): SeededRandom {
  const seed = testSeed()
  context.diagnostic(`replay with WHERRY_TEST_SEED=${seed}`)
  return seededRandom(`${seed} ${context.name}`)
}

/** Starts the command and kills it after `delayMs`, or lets it end before that. */
async function killAfter(sandbox: CommandSandbox, delayMs: number, words: readonly string[]): Promise<void> {
  const child = sandbox.start(...words)
  const ended = once(child, 'exit')
  const killing = setTimeout(() => child.kill('SIGKILL'), delayMs)
  const [status] = await ended
  clearTimeout(killing)
  assert.ok(status === null || status === 0, `wherry ${words.join(' ')} failed by itself with ${status}`)
}

/** The store is there: a first command may be killed before it has made one. */
async function assertSound(sandbox: CommandSandbox, what: string): Promise<void> {
  assert.deepEqual(await checkStore(sandbox.storePath, { deep: true }, job), [], what)
}

/** How long a run takes that nobody disturbs. */
async function measure(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await run()
  return performance.now() - startedMs
}

describe('the command, killed at any moment', { skip: registrySkipReason }, () => {
  test('of a pull, leaves a sound store, and the next pull completes', async (context) => {
    const random = seededTest(context)
    await using registry = await startRegistry()
    await using origin = await commandSandbox()
    await using sandbox = await commandSandbox()
    await sandbox.succeed('images')
    const name = `${registry.host}/app:1`
    const digest = await makeImage(origin, name, random)
    const wholeMs = await measure(() => origin.succeed('push', name))
    for (let round = 0; round < rounds; round += 1) {
      const delayMs = random.integer(wholeMs)
      await killAfter(sandbox, delayMs, ['pull', name])
      await assertSound(sandbox, `round ${round}, killed after ${delayMs} ms`)
      // Sometimes goes on from what is there, sometimes begins anew.
      if (round % 2 === 0) {
        await sandbox.run('rm', name)
        await sandbox.succeed('prune')
        await assertSound(sandbox, `round ${round}, pruned`)
      }
    }
    assert.equal((await sandbox.succeed('pull', name)).trim(), `${name}@${digest}`)
    await assertSound(sandbox, 'after the last pull')
  })

  test('of a push, leaves a sound store, and the next push completes', async (context) => {
    const random = seededTest(context)
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    const name = `${registry.host}/app`
    const digest = await makeImage(sandbox, `${name}:0`, random)
    const wholeMs = await measure(() => sandbox.succeed('push', `${name}:0`))
    for (let round = 1; round <= rounds; round += 1) {
      // Each to a repository of its own, so that there is something to send.
      await killAfter(sandbox, random.integer(wholeMs), ['push', `${name}:0`, `${name}${round}:1`])
      await assertSound(sandbox, `round ${round}`)
      assert.match(await sandbox.succeed('push', `${name}:0`, `${name}${round}:1`), new RegExp(digest))
    }
    await using other = await commandSandbox()
    assert.match(await other.succeed('pull', `${name}${rounds}:1`), new RegExp(digest))
    await assertSound(other, 'what was pushed')
  })

  test('of a load, leaves a sound store, and the next load completes', async (context) => {
    const random = seededTest(context)
    await using origin = await commandSandbox()
    await using sandbox = await commandSandbox()
    await sandbox.succeed('images')
    const digest = await makeImage(origin, 'localhost/app:1', random)
    const archive = `${origin.path}/app.tar`
    await origin.succeed('save', '--format', 'oci-archive', '-o', archive, 'localhost/app:1')
    const wholeMs = await measure(() => origin.succeed('load', '-i', archive))
    for (let round = 0; round < rounds; round += 1) {
      await killAfter(sandbox, random.integer(wholeMs), ['load', '-i', archive])
      await assertSound(sandbox, `round ${round}`)
    }
    assert.match(await sandbox.succeed('load', '-i', archive), new RegExp(digest))
    await assertSound(sandbox, 'after the last load')
  })
})

describe('several commands at once', { skip: registrySkipReason }, () => {
  test('two pulls of one image and a prune all succeed, and the image is whole', async (context) => {
    const random = seededTest(context)
    await using registry = await startRegistry()
    await using origin = await commandSandbox()
    await using sandbox = await commandSandbox()
    const name = `${registry.host}/app:1`
    const digest = await makeImage(origin, name, random)
    await origin.succeed('push', name)
    for (let round = 0; round < 3; round += 1) {
      const [first, second] = await Promise.all([
        sandbox.succeed('pull', name),
        sandbox.succeed('pull', name),
        sandbox.succeed('prune'),
        sandbox.succeed('prune'),
      ])
      assert.equal(first.trim(), `${name}@${digest}`)
      assert.equal(second.trim(), `${name}@${digest}`)
      await assertSound(sandbox, `round ${round}`)
      assert.equal(JSON.parse(await sandbox.succeed('images', '--format', 'json')).length, 1)
      await sandbox.succeed('rm', name)
      await sandbox.succeed('prune')
    }
  })
})
