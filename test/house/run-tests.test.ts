import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { repositoryRoot } from '../../tools/source-tree.ts'

/** Runs a made-up test file as `npm test` would. */
async function runTests(text: string, env: NodeJS.ProcessEnv): Promise<{ status: number | null; stdout: string }> {
  await using folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'made-up.test.ts'), `import { test } from 'node:test'\n${text}`)
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['tools/run-tests.ts', folder.path], {
    cwd: repositoryRoot,
    env: { ...outer, ...env },
    encoding: 'utf8',
  })
  return { status, stdout }
}

describe('running tests', () => {
  test('fails when a test fails', async () => {
    assert.equal((await runTests(`test('a', () => {})`, {})).status, 0)
    assert.equal((await runTests(`test('a', () => { throw new Error() })`, {})).status, 1)
  })

  const skipping = `test('a', { skip: 'skopeo is not installed' }, () => {})`

  test('lets a test be skipped on a developer’s machine', async () => {
    assert.equal((await runTests(skipping, { CI: '' })).status, 0)
  })

  test('fails in CI when a test is skipped, and says which and why, before the summary', async () => {
    const { status, stdout } = await runTests(skipping, { CI: 'true' })
    assert.equal(status, 1)
    assert.match(stdout, /skipped .*made-up\.test\.ts: a: skopeo is not installed\n[^]*tests 1\n/)
  })

  test('fails when a pattern names nothing', () => {
    const { status, stderr } = spawnSync(process.execPath, ['tools/run-tests.ts', 'src/nothing'], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    })
    assert.equal(status, 1)
    assert.match(stderr, /no test file is named by src\/nothing/)
  })
})
