import assert from 'node:assert/strict'
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { parseSecret } from './secret-options.ts'

async function contentOf(text: string, environment: NodeJS.ProcessEnv = {}): Promise<readonly [string, string]> {
  const { id, secret } = await parseSecret(text, environment)
  return [id, Buffer.from(await secret.read(createJob())).toString()]
}

describe('--secret', () => {
  test('is a file or a variable', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'token')
    await writeFile(path, 'in a file')
    const environment = { TOKEN: 'in a variable', id: 'by its ID' }
    assert.deepEqual(await contentOf(`id=a,src=${path}`), ['a', 'in a file'])
    assert.deepEqual(await contentOf(`type=file,id=a,source=${path}`), ['a', 'in a file'])
    assert.deepEqual(await contentOf(`src=${path}`), [path, 'in a file'])
    assert.deepEqual(await contentOf('id=a,env=TOKEN', environment), ['a', 'in a variable'])
    assert.deepEqual(await contentOf('id=a,type=env,src=TOKEN', environment), ['a', 'in a variable'])
    assert.deepEqual(await contentOf('id=id', environment), ['id', 'by its ID'])
    assert.deepEqual(await contentOf(`id=${path}`, environment), [path, 'in a file'])
  })

  test('that cannot be had is refused before anything is built', async () => {
    await using folder = await temporaryDirectory()
    await mkdir(join(folder.path, 'folder'))
    await writeFile(join(folder.path, 'large'), '')
    await truncate(join(folder.path, 'large'), 500 * 1024 + 1)
    const refused = async (text: string, message: RegExp): Promise<void> =>
      await assert.rejects(parseSecret(text, {}), { code: 'bad-build-option', message })
    await refused('', /no key=value|id=… is missing/)
    await refused('type=file', /id=… is missing/)
    await refused('idd=a', /there is no key "idd"/)
    await refused('id=a,env=NOT_SET', /has no variable NOT_SET/)
    await refused(`id=a,src=${folder.path}/missing`, /there is no file/)
    await refused(`id=a,src=${folder.path}/folder`, /is a folder/)
    await refused(`id=a,src=${folder.path}/large`, /a secret has at most 512000 bytes/)
  })
})
