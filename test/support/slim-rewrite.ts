import assert from 'node:assert/strict'
import { evaluateDockerfile } from '../../src/dockerfile/evaluate.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { openFileTree, type FileTree } from '../../src/filetree/file-tree.ts'
import { loadImage, type Image } from '../../src/image/image.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import { planLaunches } from '../../src/slim/launch-command.ts'
import { copiedPaths } from '../../src/slim/plan-copies.ts'
import { rewriteDockerfile, type RewrittenDockerfile } from '../../src/slim/rewrite-dockerfile.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { openStore } from '../../src/store/layout-store.ts'
import type { BuildSandbox } from './build-sandbox.ts'
import { tarOf, type LayerItem } from './layers.ts'
import { randomVerdicts } from './slim-trees.ts'

const job = createJob()

/** Builds a text to the image `after:1` of the sandbox's store. @returns the text as it was built. */
export type BuildAfter = (sandbox: BuildSandbox, text: string) => Promise<string>

/** Slims an image of these files by a ledger of chance, builds what is written, and compares that with what the plan says. */
export async function checkRewrite(
  sandbox: BuildSandbox,
  items: readonly LayerItem[],
  chances: readonly number[],
  buildAfter: BuildAfter,
): Promise<void> {
  sandbox.write('files.tar', await tarOf(items))
  const dockerfile = 'FROM base:1\nADD files.tar /\nUSER ada\n# It says this\nCMD echo $PATH\n'
  const before = await sandbox.build(dockerfile, '-t', 'before:1')
  assert.equal(before.status, 0, before.said)
  const expected = await withImage(sandbox, 'before:1', async (image, tree) => {
    const rewritten = await rewrite(dockerfile, image, tree, chances)
    return { rewritten, entries: describe(copiedPaths(rewritten.plan, tree).values()) }
  })
  const text = await buildAfter(sandbox, expected.rewritten.text)
  await withImage(sandbox, 'after:1', (_, tree) => {
    const built = Array.from(tree.entries(), (source) => {
      const { path, kind, mode, uid, gid } = source
      return { path, kind, mode, uid, gid, source }
    }).filter(({ path }) => path !== '/')
    assert.deepEqual(describe(built), expected.entries, text)
    return Promise.resolve()
  })
}

async function rewrite(
  text: string,
  { config: { config = {} } }: Image,
  tree: FileTree,
  chances: readonly number[],
): Promise<RewrittenDockerfile> {
  return rewriteDockerfile({
    evaluated: evaluateDockerfile(parseDockerfile(text).document),
    ...{ config, tree, base: undefined, writablePaths: ['/app/data'], rootReason: undefined },
    accounts: { passwd: 'ada:x:1000:1000::/home/ada:/bin/sh\n', group: 'ada:x:1000:\n' },
    ledger: { verdicts: randomVerdicts(tree, chances, ['/app', '/srv', '/usr', '/var', '/etc']), packages: [] },
    launch: (await planLaunches(config, tree, job))[0],
  })
}

/** Paths with what a process sees of them. What was made anew has no content to compare. */
function describe(entries: Iterable<ReturnType<ReturnType<typeof copiedPaths>['get']> & object>): readonly string[] {
  return Array.from(entries, ({ path, kind, mode, uid, gid, source }) => {
    const content = kind === 'file' ? source?.digest : kind === 'symbolic-link' ? source?.linkTarget : ''
    const permissions = kind === 'symbolic-link' ? 'link' : mode.toString(8)
    return `${path} ${kind} ${permissions} ${uid}:${gid} ${content}`
  }).toSorted()
}

async function withImage<Result>(
  { storePath }: BuildSandbox,
  name: string,
  work: (image: Image, tree: FileTree) => Promise<Result>,
): Promise<Result> {
  await using store = await openStore(storePath, job)
  const image = await loadImage(store, await store.resolve(parseReference(name), job), hostPlatform(), job)
  await using cache = await temporaryDirectory()
  await using tree = await openFileTree(image, cache.path, job)
  return await work(image, tree)
}
