import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { buildSandbox, filesBelow, type BuildSandbox } from '../support/build-sandbox.ts'
import { skipUnlessInstalled } from '../support/engines.ts'
import { startGitHttpServer } from '../support/git-http-server.ts'
import { startGitServer } from '../support/git-server.ts'

const token = 'never-to-be-kept-0815'
const basic = `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`

/** A git that writes down what it was told, before it does it. */
function recordingGit(box: { readonly path: string }): { readonly path: string; readonly words: () => string } {
  const folder = join(box.path, 'bin')
  mkdirSync(folder)
  const git = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const file = join(box.path, 'words')
  writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$@" >> ${file}\nexec ${git} "$@"\n`, { mode: 0o755 })
  return { path: `${folder}:${process.env['PATH'] ?? ''}`, words: () => readFileSync(file, 'utf8') }
}

function assertNotKept(box: BuildSandbox): void {
  for (const file of filesBelow(box.storePath)) {
    const bytes = readFileSync(file)
    for (const text of [token, basic.slice(6)]) assert.ok(!bytes.includes(text), file)
  }
}

describe('a private git repository', { skip: skipUnlessInstalled('git') }, () => {
  test('is fetched with the secret for its host, or for all, and the token is kept and told nowhere', async () => {
    await using repository = await startGitServer()
    repository.commit({ 'file.txt': 'private\n', Dockerfile: 'FROM scratch\nCOPY file.txt /\n' })
    await using server = await startGitHttpServer(join(repository.folder, '.git'), basic)
    await using place = await buildSandbox()
    const git = recordingGit(place)
    await using box = await buildSandbox({
      environment: { PATH: git.path, TOKEN: `${token}\n`, OTHER: 'other', HEADER: basic },
    })
    const url = `http://${server.host}/.git`
    const dockerfile = `FROM scratch\nADD --keep-git-dir=true ${url} /x/\n`
    for (const secrets of [
      [`id=GIT_AUTH_TOKEN.${server.host},env=TOKEN`, 'id=GIT_AUTH_TOKEN,env=OTHER'],
      ['id=GIT_AUTH_TOKEN,env=TOKEN'],
      ['id=GIT_AUTH_HEADER,env=HEADER', 'id=GIT_AUTH_TOKEN,env=OTHER'],
    ]) {
      const words = secrets.flatMap((secret) => ['--secret', secret])
      const { status, said } = await box.build(dockerfile, ...words, '--no-cache', '--provenance', 'mode=max')
      assert.equal(status, 0, said)
      assert.equal(box.built('x/file.txt'), 'private\n')
      assert.ok(!said.includes(token))
      for (const file of filesBelow(box.out)) assert.ok(!readFileSync(file).includes(basic.slice(6)), file)
    }
    const context = await box.run('build', '--secret', 'id=GIT_AUTH_TOKEN,env=TOKEN', '-o', box.out, url)
    assert.equal(context.status, 0, context.said)
    assert.equal(box.built('file.txt'), 'private\n')
    const checked = await box.run('build', '--check', '--secret', 'id=GIT_AUTH_TOKEN,env=TOKEN', url)
    assert.equal(checked.status, 0, checked.said)
    assertNotKept(box)
    assert.match(git.words(), /fetch --quiet/)
    for (const text of [token, basic.slice(6)]) assert.ok(!git.words().includes(text))
  })

  test('is not fetched without it, with a wrong one, or with one that is for another host', async () => {
    await using repository = await startGitServer()
    repository.commit({ 'file.txt': 'private\n' })
    await using server = await startGitHttpServer(join(repository.folder, '.git'), basic)
    await using box = await buildSandbox({ environment: { TOKEN: token, WRONG: 'wrong', LINES: 'a\nX-Other: b' } })
    const dockerfile = `FROM scratch\nADD http://${server.host}/.git /x/\n`
    for (const secret of [
      'id=other,env=TOKEN',
      'id=GIT_AUTH_TOKEN,env=WRONG',
      'id=GIT_AUTH_TOKEN.github.com,env=TOKEN',
    ]) {
      const { status, said } = await box.build(dockerfile, '--secret', secret)
      assert.notEqual(status, 0)
      assert.match(said, /could not read Username|Authentication failed/)
      assert.match(said, /--secret id=GIT_AUTH_TOKEN/)
      assert.ok(!said.includes(token))
    }
    const { said } = await box.build(dockerfile, '--secret', 'id=GIT_AUTH_HEADER,env=LINES')
    assert.match(said, /the secret GIT_AUTH_HEADER has several lines/)
    assert.deepEqual(server.authorizations, [])
  })
})
