import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { byteStream } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { defaultLimits } from '../std/limits.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { listFiles } from './index/cached-list.ts'
import { createPackageIndex, openPackageIndex, type PackageIndex } from './package-index.ts'
import type { PackageList } from './package-list.ts'
import { packageText, type PackageFields } from './testing/archive.ts'

const job = createJob()

const packages: readonly PackageFields[] = [
  { Package: 'mawk', Version: '1.3', Provides: 'awk', Priority: 'required' },
  { Package: 'gawk', Version: '1:5.1', Provides: 'awk (= 5),\n posix-awk', Priority: 'optional' },
  { Package: 'bash', Version: '5.1', Essential: 'yes', Priority: 'required' },
  { Package: 'bash', Version: '5.2', Essential: 'yes', Priority: 'required', Description: 'ü\n long\n .' },
  { Package: 'zsh', Provides: 'bash' },
]
const text = packages.map(packageText).join('\n')

/** A list of a text that counts how often it is read. */
function listOf(content: string): PackageList & { reads: number } {
  const sha256 = createHash('sha256').update(content).digest('hex')
  const list = {
    title: 'stable',
    sha256,
    reads: 0,
    open: () => {
      list.reads += 1
      const bytes = Buffer.from(content)
      return byteStream(bytes.subarray(0, 100), bytes.subarray(100))
    },
  }
  return list
}

function versions(index: PackageIndex, name: string): readonly string[] {
  return index.packages(name).map((one) => `${one.name} ${one.version}`)
}

function assertComplete(index: PackageIndex): void {
  assert.equal(index.packageCount, 5)
  assert.deepEqual(versions(index, 'bash'), ['bash 5.2', 'bash 5.1'])
  assert.equal(index.packages('bash')[0]?.text, packageText(packages[3] ?? { Package: '' }))
  assert.deepEqual(
    index.providers('awk').map(({ name }) => name),
    ['gawk', 'mawk'],
  )
  assert.deepEqual(
    index.providers('bash').map(({ name }) => name),
    ['zsh'],
  )
  assert.deepEqual(versions(index, 'awk'), [])
  assert.deepEqual(versions(index, 'nothing'), [])
  assert.deepEqual(index.providers('nothing'), [])
  assert.deepEqual([...index.packageNames()], ['bash', 'gawk', 'mawk', 'zsh'])
  assert.deepEqual(index.essentialPackages(), ['bash'])
  assert.deepEqual(index.packagesOfPriority('required'), ['bash', 'mawk'])
  assert.deepEqual(index.packagesOfPriority('extra'), [])
}

describe('openPackageIndex', () => {
  test('finds packages by name and by what they provide', async () => {
    await using folder = await temporaryDirectory()
    await using index = await openPackageIndex(listOf(text), join(folder.path, 'new', 'folder'), job)
    assertComplete(index)
  })

  test('reads the text once, and keeps it', async () => {
    await using folder = await temporaryDirectory()
    const list = listOf(text)
    await using first = await openPackageIndex(list, folder.path, job)
    await using second = await openPackageIndex(list, folder.path, job)
    assertComplete(first)
    assertComplete(second)
    assert.equal(list.reads, 1)
    assert.equal((await readdir(folder.path)).length, 2)
  })

  test('several at once read it once between them', async () => {
    await using folder = await temporaryDirectory()
    const list = listOf(text)
    await using all = new AsyncDisposableStack()
    const opened = await Promise.all([1, 2, 3].map(() => openPackageIndex(list, folder.path, job)))
    for (const index of opened) assertComplete(all.use(index))
    assert.equal(list.reads, 1)
    assert.equal((await readdir(folder.path)).length, 2)
  })

  test('an empty list has no packages', async () => {
    await using folder = await temporaryDirectory()
    await using index = await openPackageIndex(listOf(''), folder.path, job)
    assert.equal(index.packageCount, 0)
    assert.deepEqual(index.packages('bash'), [])
  })

  test('tables that are damaged anywhere are made anew', async () => {
    await using folder = await temporaryDirectory()
    const list = listOf(text)
    await (await openPackageIndex(list, folder.path, job))[Symbol.asyncDispose]()
    const { tables } = listFiles(folder.path, list.sha256)
    const sound = await readFile(tables)
    const damages = [
      ...Array.from({ length: sound.length }, (_, at) => sound.with(at, (sound[at] ?? 0) ^ 0x55)),
      ...[0, 1, 67, 68, sound.length - 1].map((length) => sound.subarray(0, length)),
      Buffer.concat([sound, Buffer.alloc(1)]),
    ]
    for (const damaged of damages) {
      await writeFile(tables, damaged)
      await using index = await openPackageIndex(list, folder.path, job)
      assertComplete(index)
      assert.deepEqual(await readFile(tables), sound)
    }
    assert.equal(list.reads, damages.length + 1)
  })

  test('a text that is gone, or of another size, is taken in anew', async () => {
    await using folder = await temporaryDirectory()
    const list = listOf(text)
    const files = listFiles(folder.path, list.sha256)
    for (const damage of [() => Promise.resolve(), () => rm(files.text), () => truncate(files.text, 10)]) {
      await (await openPackageIndex(list, folder.path, job))[Symbol.asyncDispose]()
      await damage()
    }
    await using index = await openPackageIndex(list, folder.path, job)
    assertComplete(index)
    assert.equal(list.reads, 3)
  })

  test('a text that was changed is found out when it is read, and taken in anew the next time', async () => {
    await using folder = await temporaryDirectory()
    const list = listOf(text)
    const files = listFiles(folder.path, list.sha256)
    await (await openPackageIndex(list, folder.path, job))[Symbol.asyncDispose]()
    await writeFile(files.text, text.replace('5.2', '6.6'))
    {
      await using index = await openPackageIndex(list, folder.path, job)
      assert.deepEqual(versions(index, 'mawk'), ['mawk 1.3'])
      assert.throws(() => index.packages('bash'), { code: 'damaged-package-index' })
    }
    await using index = await openPackageIndex(list, folder.path, job)
    assertComplete(index)
  })

  test('what a killed process left behind is in nobody’s way', async () => {
    await using folder = await temporaryDirectory()
    const list = listOf(text)
    const files = listFiles(folder.path, list.sha256)
    await writeFile(files.partialText, 'x'.repeat(10_000))
    await writeFile(files.partialTables, 'x')
    await using index = await openPackageIndex(list, folder.path, job)
    assertComplete(index)
    assert.equal((await readdir(folder.path)).length, 2)
  })

  const refusals = {
    'a text with another hash': { list: { ...listOf(text), sha256: '00'.repeat(32) }, code: 'hash-mismatch' },
    'a record without a name': { list: listOf(`${text}\nVersion: 1\n`), code: 'bad-control-data' },
    'a record with a name that is none': { list: listOf('Package: a/b\n'), code: 'bad-control-data' },
  }
  for (const [what, { list, code }] of Object.entries(refusals)) {
    test(`refuses ${what}, and keeps nothing`, async () => {
      await using folder = await temporaryDirectory()
      await assert.rejects(openPackageIndex(list, folder.path, job), { code })
      assert.deepEqual(await readdir(folder.path), [])
    })
  }

  test('refuses a text and a record over the limits', async () => {
    await using folder = await temporaryDirectory()
    for (const limits of [{ packageListBytesMax: 200 }, { stanzaBytesMax: 20 }]) {
      const strict = createJob({ limits: { ...defaultLimits, ...limits } })
      await assert.rejects(openPackageIndex(listOf(text), folder.path, strict), { code: 'bad-control-data' })
    }
  })

  test('an error of whoever brings the text comes through as it is', async () => {
    await using folder = await temporaryDirectory()
    const error = Object.assign(new Error('the mirror is gone'), { code: 'ECONNRESET' })
    const list: PackageList = {
      ...listOf(text),
      open: async function* () {
        yield Buffer.from('Package: a\n')
        throw error
      },
    }
    await assert.rejects(openPackageIndex(list, folder.path, job), error)
    assert.deepEqual(await readdir(folder.path), [])
  })

  test('a folder that cannot be made is named', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'file')
    await writeFile(path, '')
    await assert.rejects(openPackageIndex(listOf(text), join(path, 'sub'), job), { code: 'cache-unusable' })
  })

  test('stops when it is told to', async () => {
    await using folder = await temporaryDirectory()
    const stopped = createJob({ signal: AbortSignal.abort(new Error('enough')) })
    await assert.rejects(openPackageIndex(listOf(text), folder.path, stopped), { message: 'enough' })
  })
})

describe('createPackageIndex', () => {
  test('is the same without a folder', async () => {
    await using index = await createPackageIndex(text, 'stable', job)
    assertComplete(index)
  })

  test('finds each name in any list', async () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9+.-]{0,3}$/)
    const one = fc.record({ name, provides: fc.array(name, { maxLength: 2 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 12 }), async (list) => {
        const records = list.map((fields, number) =>
          packageText({ Package: fields.name, Version: `${number}`, Provides: fields.provides.join(', ') }),
        )
        await using index = await createPackageIndex(records.join('\n'), 'some', job)
        const numbersOf = (isOne: (fields: (typeof list)[number]) => boolean): readonly string[] =>
          list.flatMap((fields, number) => (isOne(fields) ? [`${number}`] : [])).toSorted()
        for (const wanted of list.flatMap((fields) => [fields.name, ...fields.provides, `${fields.name}x`])) {
          const found = index.packages(wanted).map(({ version }) => version)
          const providing = index.providers(wanted).map(({ version }) => version)
          assert.deepEqual(
            found.toSorted(),
            numbersOf((fields) => fields.name === wanted),
          )
          assert.deepEqual(
            providing.toSorted(),
            numbersOf((fields) => fields.provides.includes(wanted)),
          )
        }
        assert.deepEqual([...index.packageNames()], [...new Set(list.map((fields) => fields.name))].toSorted())
      }),
    )
  })
})
