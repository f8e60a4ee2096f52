import assert from 'node:assert/strict'
import { chmod, link, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readAll } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { changesOfRoot, type RootState } from './read-root.ts'

const job = createJob()
const dateSeconds = 1_700_000_000

/** What a layer would have, each entry in a line. */
async function layer(root: string, lower: RootState = new Map()): Promise<{ lines: string[]; state: RootState }> {
  const changes = await changesOfRoot(root, lower, dateSeconds, job)
  const lines: string[] = []
  for await (const { entry, body } of changes.contents(job)) {
    const text = Buffer.from(await readAll(body, 1000)).toString()
    lines.push(
      [entry.path, entry.kind, entry.mode.toString(8), entry.modified.seconds, entry.linkTarget || text].join(' '),
    )
  }
  return { lines, state: changes.state }
}

describe('changesOfRoot', () => {
  test('a first layer has everything: sorted, further names as links, no time after the date', async () => {
    await using folder = await temporaryDirectory()
    await mkdir(join(folder.path, 'b'), { mode: 0o755 })
    await writeFile(join(folder.path, 'b/new'), 'new')
    await writeFile(join(folder.path, 'old'), 'old')
    await chmod(join(folder.path, 'old'), 0o4755)
    await utimes(join(folder.path, 'old'), 1000, 1000)
    await link(join(folder.path, 'old'), join(folder.path, 'older'))
    await symlink('old', join(folder.path, 'a'))
    assert.deepEqual((await layer(folder.path)).lines, [
      `a symbolic-link 777 ${dateSeconds} old`,
      `b/ directory 755 ${dateSeconds} `,
      `b/new file 644 ${dateSeconds} new`,
      'old file 4755 1000 old',
      'older hard-link 4755 1000 old',
    ])
  })

  test('a second layer has what is different, and not what only has another time', async () => {
    await using folder = await temporaryDirectory()
    for (const name of ['same', 'touched', 'changed', 'other-mode', 'gone'])
      await writeFile(join(folder.path, name), '1')
    await mkdir(join(folder.path, 'gone-too'))
    await writeFile(join(folder.path, 'gone-too/file'), '1')
    const { state } = await layer(folder.path)
    await utimes(join(folder.path, 'touched'), 5, 5)
    await writeFile(join(folder.path, 'changed'), '2')
    await chmod(join(folder.path, 'other-mode'), 0o600)
    await rm(join(folder.path, 'gone'))
    await rm(join(folder.path, 'gone-too'), { recursive: true })
    const second = await layer(folder.path, state)
    assert.deepEqual(second.lines, [
      `.wh.gone file 644 ${dateSeconds} `,
      `.wh.gone-too file 644 ${dateSeconds} `,
      `changed file 644 ${dateSeconds} 2`,
      `other-mode file 600 ${dateSeconds} 1`,
    ])
    assert.deepEqual((await layer(folder.path, second.state)).lines, [])
  })
})
