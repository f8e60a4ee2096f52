import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { buildSandbox, type BuildSandbox } from '../support/build-sandbox.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

const dockerfile = 'FROM scratch\nCOPY file /\n'

function git(box: BuildSandbox, ...words: readonly string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@test', '-c', 'init.defaultBranch=main']
  return execFileSync('git', [...who, '-C', box.context, ...words], { encoding: 'utf8' }).trim()
}

/** What provenance says of the repository, by the metadata file. */
async function vcsOf(box: BuildSandbox): Promise<unknown> {
  const file = join(box.path, 'metadata.json')
  const words = ['-t', 'a:1', '--provenance', 'true', '--metadata-file', file]
  const { status, said } = await box.build(dockerfile, ...words)
  assert.equal(status, 0, said)
  const metadata = JSON.parse(readFileSync(file, 'utf8'))
  return metadata['buildx.build.provenance'].runDetails.metadata.buildkit_metadata.vcs
}

describe('the provenance of a folder', { skip: skipUnlessInstalled('git') }, () => {
  test('tells its commit and its remote without a password, and neither where there is no repository', async () => {
    await using box = await buildSandbox()
    box.write('file', 'content')
    assert.equal(await vcsOf(box), undefined)
    git(box, 'init', '--quiet')
    assert.deepEqual(await vcsOf(box), {})
    git(box, 'add', 'file')
    git(box, 'commit', '--quiet', '--message', 'change')
    const revision = git(box, 'rev-parse', 'HEAD')
    assert.deepEqual(await vcsOf(box), { revision })
    git(box, 'remote', 'add', 'upstream', 'https://host/upstream.git')
    assert.deepEqual(await vcsOf(box), { source: 'https://host/upstream.git', revision })
    git(box, 'remote', 'add', 'origin', 'https://me:secret@host/origin.git')
    assert.deepEqual(await vcsOf(box), { source: 'https://host/origin.git', revision })
    git(box, 'remote', 'add', 'fork', 'git@host:fork.git')
    git(box, 'config', 'branch.main.remote', 'fork')
    git(box, 'config', 'branch.main.merge', 'refs/heads/main')
    assert.deepEqual(await vcsOf(box), { source: 'git@host:fork.git', revision })
  })

  test('keeps the repository to itself with BUILDX_GIT_INFO=false, and a warning says what docker does not get', async () => {
    await using box = await buildSandbox({ environment: { BUILDX_GIT_INFO: 'false' } })
    box.write('file', 'content')
    git(box, 'init', '--quiet')
    git(box, 'remote', 'add', 'origin', 'https://host/origin.git')
    assert.equal(await vcsOf(box), undefined)
    const archive = `type=docker,dest=${join(box.path, 'image.tar')}`
    const { said } = await box.build(dockerfile, '-o', archive, '--provenance', 'true')
    assert.match(said, /what is loaded into docker has no attestations/)
    assert.doesNotMatch((await box.build(dockerfile, '-o', archive)).said, /attestations/)
  })
})
