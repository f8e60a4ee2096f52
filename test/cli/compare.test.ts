import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fitsJsonSchema } from '../support/json-schema.ts'
import { commandSandbox } from '../support/command.ts'
import { assertGolden } from '../support/golden.ts'
import { fillStore, storeIndex } from '../support/stored-images.ts'
import schema from '../../docs/card.schema.json' with { type: 'json' }

const golden = (name: string): URL => new URL(`golden/compare/${name}`, import.meta.url)

async function filled() {
  const sandbox = await commandSandbox()
  await fillStore(sandbox.storePath, ['app:1', 'app:2-longer'])
  return sandbox
}

describe('compare', () => {
  test('prints the card, and what is different', async () => {
    await using sandbox = await filled()
    await assertGolden(await sandbox.succeed('compare', 'app:1', 'app:2-longer', '--diff'), golden('diff.txt'))
  })

  for (const format of ['json', 'markdown', 'html']) {
    test(`prints the card as ${format}`, async () => {
      await using sandbox = await filled()
      const printed = await sandbox.succeed('compare', 'app:1', 'app:2-longer', '--diff', '--format', format)
      const card = printed.replace(
        /"host": \{[^}]*\}/,
        '"host": { "processor": "", "processors": 1, "memoryBytes": 0, "kernel": "" }',
      )
      await assertGolden(card, golden(`diff.${format === 'markdown' ? 'md' : `${format}.txt`}`))
      if (format === 'json') assert.ok(fitsJsonSchema(JSON.parse(card), schema))
    })
  }

  test('prints a page, with the ledger of slim', async () => {
    await using sandbox = await filled()
    const ledger = join(sandbox.path, 'ledger.json')
    const verdict = { path: '/bin/sh', isKept: false, cause: 'shell', detail: 'nothing calls it', sizeBytes: 3 }
    await writeFile(ledger, JSON.stringify({ verdicts: [verdict], packages: [] }))
    const words = ['compare', 'app:1', 'app:2-longer', '--format', 'html']
    assert.match(await sandbox.succeed(...words), /^<!doctype html>[^]*MARK[^]*<\/html>\n$/)
    assert.match(await sandbox.succeed(...words, '--ledger', ledger), /dropped<\/span><td>shell: nothing calls it/)
    await writeFile(ledger, '{}')
    assert.equal((await sandbox.run(...words, '--ledger', ledger)).status, 2)
  })

  test('takes images wherever they are, and finds the same', async () => {
    await using sandbox = await filled()
    const layout = join(sandbox.path, 'layout')
    const archive = join(sandbox.path, 'saved.tar')
    await sandbox.succeed('save', '--format', 'oci-dir', '-o', layout, 'app:1')
    await sandbox.succeed('save', '-o', archive, 'app:1')
    for (const place of [`oci:${layout}`, layout, archive, `docker-archive:${archive}:app:1`, 'store:app:1']) {
      const { differences } = parsed(await sandbox.succeed('compare', 'app:1', place, '--diff', '--format', 'json'))
      const { files } = differences
      assert.deepEqual(files, { added: [], removed: [], changed: [], moved: [] }, place)
    }
  })

  test('takes a folder as an image', async () => {
    await using sandbox = await filled()
    const folder = join(sandbox.path, 'root')
    await mkdir(join(folder, 'etc'), { recursive: true })
    await writeFile(join(folder, 'etc/os-release'), 'NAME=Test\n')
    for (const name of [folder, `dir:${folder}`]) {
      const { differences } = parsed(await sandbox.succeed('compare', 'app:1', name, '--diff', '--format', 'json'))
      assert.deepEqual(differences.files.added, [], name)
      assert.ok(differences.files.removed.length > 0)
    }
  })

  test('tells what a node pulls that has an image already', async () => {
    await using sandbox = await filled()
    const text = await sandbox.succeed('compare', 'app:1', 'app:2-longer', '--present', 'app:1')
    assert.match(text, /^new bytes +0B +\d.*kB +new$/m)
  })

  test('ends with 1 where a budget is not kept, and says which rows break it', async () => {
    await using sandbox = await filled()
    const { status, stdout } = await sandbox.run('compare', 'app:1', 'app:2-longer', '--budget', 'size=1B,setuid=0')
    assert.equal(status, 1)
    assert.match(stdout, /The budget is not kept:\n {2}size=1B {2}image, compressed: .* is more than 1B\n {2}setuid=0/)
    assert.match(await sandbox.succeed('compare', 'app:1', 'app:1', '--budget', 'user=nonroot'), /budget is kept/)
    const refused = await sandbox.run('compare', 'app:1', 'app:1', '--budget', 'colour=3')
    assert.equal(refused.status, 2)
    assert.match(refused.stderr, /the card has no row colour/)
  })

  test('refuses a budget that cannot be, before it looks at images', async () => {
    await using sandbox = await commandSandbox()
    for (const limit of ['size=big', 'size', 'files=2s', 'size=20MB,none']) {
      const { status, stderr } = await sandbox.run('compare', 'no:1', 'no:2', '--budget', limit)
      assert.equal(status, 2, limit)
      assert.doesNotMatch(stderr, /no:1/)
    }
  })

  test('gates on the budget of the project, which the line may change', async () => {
    await using sandbox = await filled()
    const words = ['compare', 'app:1', 'app:2-longer'] as const
    const settings = join(sandbox.path, '.wherry.yaml')
    await writeFile(settings, 'budget:\n  size: 1B\n  files: 500\n  user: nonroot\n  start: 2s\n')
    const { status, stdout, stderr } = await sandbox.run(...words)
    assert.equal(status, 1)
    assert.match(stdout, /The budget is not kept:\n {2}size=1B {2}image, compressed: 7.21kB is more than 1B\n$/)
    assert.match(stderr, /\.wherry\.yaml: budget: start=2s was not checked: this card has no such row/)
    assert.match(await sandbox.succeed(...words, '--budget', 'size=1MB'), /The budget is kept/)
    assert.doesNotMatch(await sandbox.succeed(...words, '--budget', 'none'), /budget/)
    await writeFile(settings, 'budget:\n  size: big\n')
    const refused = await sandbox.run(...words)
    assert.equal(refused.status, 2)
    assert.match(refused.stderr, /\.wherry\.yaml: not a budget: size=big: size\.compressed is a size, and big is none/)
  })

  test('tells in a pull request what is different, and what breaks the budget', async () => {
    await using sandbox = await filled()
    const words = ['compare', 'app:1', 'app:2-longer', '--diff', '--budget', 'size=1B', '--format', 'markdown']
    const { status, stdout } = await sandbox.run(...words)
    assert.equal(status, 1)
    assert.equal((await sandbox.run(...words)).stdout, stdout)
    await assertGolden(stdout, golden('budget.md'))
  })

  test('compares with an earlier card', async () => {
    await using sandbox = await filled()
    const path = join(sandbox.path, 'card.json')
    await writeFile(path, await sandbox.succeed('compare', 'app:2-longer', 'app:1', '--format', 'json'))
    const text = await sandbox.succeed('compare', '--baseline', path, 'app:1', '--budget', 'size=+0%,files=+0%')
    assert.match(text, /files +4 +4 +same/)
  })

  test('refuses an earlier card of an older schema, one that is none, and one that is not there', async () => {
    await using sandbox = await filled()
    const path = join(sandbox.path, 'card.json')
    await writeFile(path, 'not a card')
    assert.equal((await sandbox.run('compare', '--baseline', path, 'app:1')).status, 2)
    assert.notEqual((await sandbox.run('compare', '--baseline', `${path}.gone`, 'app:1')).status, 0)
    await writeFile(path, '{"schemaVersion":0}')
    const { status, stderr } = await sandbox.run('compare', '--baseline', path, 'app:1')
    assert.equal(status, 2)
    assert.match(stderr, /schemaVersion: is of a version that this wherry does not know: make the card again/)
  })

  test('says what it cannot compare', async () => {
    await using sandbox = await filled()
    await storeIndex(sandbox.storePath, 'multi:1')
    const status = async (...words: readonly string[]): Promise<number | null> =>
      (await sandbox.run('compare', ...words)).status
    assert.equal(await status('app:1'), 2)
    assert.equal(await status('app:1', 'nothing:1'), 1)
    assert.equal(await status('multi:1', 'app:1', '--platform', 'linux/s390x'), 1)
    assert.equal(await status('app:1', '/no/such/file'), 2)
    assert.equal(await status('app:1', 'app:1', '--baseline', 'x'), 2)
    assert.equal(await status('multi:1', 'app:1', '--platform', 'linux/arm64'), 0)
  })
})

describe('inspect', () => {
  test('--layers tells what each line of the Dockerfile costs', async () => {
    await using sandbox = await filled()
    assert.match(await sandbox.succeed('inspect', 'app:1', '--layers'), /kB +0B +COPY \. \/app$/m)
    const layers: unknown = JSON.parse(await sandbox.succeed('inspect', 'app:1', '--layers', '--format', 'json'))
    assert.ok(Array.isArray(layers) && layers.length === 2)
  })

  test('--waste lists what is pulled in vain', async () => {
    await using sandbox = await filled()
    assert.equal(await sandbox.succeed('inspect', 'app:1', '--waste'), 'Nothing is wasted.\n')
    assert.equal(await sandbox.succeed('inspect', 'app:1', '--waste', '--format', 'json'), '[]\n')
  })
})

interface Parsed {
  readonly differences: { readonly files: { readonly added: readonly unknown[]; readonly removed: readonly unknown[] } }
}

function parsed(text: string): Parsed {
  const value: Parsed = JSON.parse(text)
  return value
}
