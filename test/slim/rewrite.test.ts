import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { parseReference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { buildkitFolder } from '../support/build-peers.ts'
import { buildSandbox, buildSandboxSkipReason, type BuildSandbox } from '../support/build-sandbox.ts'
import type { LayerItem } from '../support/layers.ts'
import { seededRandom, testSeed } from '../support/seeded-random.ts'
import { checkRewrite } from '../support/slim-rewrite.ts'
import { slimItems } from '../support/slim-trees.ts'

/** Trees with chances, by a seed that is told. */
function samples(
  count: number,
  tell: (text: string) => void,
): readonly { readonly items: readonly LayerItem[]; readonly chances: readonly number[] }[] {
  const seed = testSeed()
  tell(`WHERRY_TEST_SEED=${seed}`)
  const random = seededRandom(seed)
  const trees = fc.sample(slimItems, { numRuns: count, seed: random.integer(2 ** 31) })
  return trees.map((items) => ({ items, chances: Array.from(random.bytes(50), (byte) => byte % 10) }))
}

test(
  'what is written builds to exactly the files that the plan says, with their modes, owners and links',
  { skip: buildSandboxSkipReason },
  async (context) => {
    for (const { items, chances } of samples(10, (text) => context.diagnostic(text))) {
      await using sandbox = await buildSandbox()
      await checkRewrite(sandbox, items, chances, async (_, text) => {
        const after = await sandbox.build(text, '-t', 'after:1')
        assert.equal(after.status, 0, `${after.said}\n${text}`)
        return text
      })
    }
  },
)

// BuildKit's own programs are no package of Debian: this is for those who have them.
if (buildkitFolder !== undefined)
  test('BuildKit builds it to the same files', { skip: buildSandboxSkipReason }, async (context) => {
    await using home = await temporaryDirectory()
    const address = `unix://${join(home.path, 'socket')}`
    const words = [
      '--root',
      join(home.path, 'root'),
      '--addr',
      address,
      '--containerd-worker=false',
      '--oci-worker-binary=runc',
    ]
    const daemon = spawn(join(buildkitFolder ?? '', 'buildkitd'), [...words, '--oci-worker-gc=false'], {
      stdio: 'ignore',
    })
    const ended = once(daemon, 'exit')
    try {
      for (const { items, chances } of samples(5, (text) => context.diagnostic(text))) {
        await using sandbox = await buildSandbox()
        await checkRewrite(
          sandbox,
          items,
          chances,
          async (_, written) => await buildWithBuildkit(sandbox, address, written),
        )
      }
    } finally {
      daemon.kill('SIGTERM')
      await ended
    }
  })

/** The frontend that is built in: no registry is asked for another. */
async function buildWithBuildkit(sandbox: BuildSandbox, address: string, written: string): Promise<string> {
  const text = written.replace(/^# syntax=.*\n/, '')
  sandbox.write('Dockerfile', text)
  await using store = await openStore(sandbox.storePath, createJob())
  const { digest } = await store.resolve(parseReference('base:1'), createJob())
  const archive = join(sandbox.path, 'image.tar')
  await promisify(execFile)(join(buildkitFolder ?? '', 'buildctl'), [
    ...['--addr', address, '--wait', 'build', '--progress=plain', '--frontend=dockerfile.v0', '--no-cache'],
    ...['--local', `context=${sandbox.context}`, '--local', `dockerfile=${sandbox.context}`],
    ...['--oci-layout', `bases=${sandbox.storePath}`, '--opt', `context:base:1=oci-layout://bases@${digest}`],
    ...['--output', `type=oci,dest=${archive}`],
  ])
  const { status, said } = await sandbox.run('load', '-i', archive, '--tag', 'after:1')
  assert.equal(status, 0, said)
  return text
}
