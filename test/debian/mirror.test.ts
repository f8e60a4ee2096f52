import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openDeb, type DebFile } from '../../src/debian/deb-file.ts'
import { debianArchiveKeys, loadKeyring } from '../../src/debian/keyring.ts'
import { openPackageIndex, type PackageIndex } from '../../src/debian/package-index.ts'
import { openRepository, type Repository, type RepositoryOptions } from '../../src/debian/repository.ts'
import { readAll } from '../../src/std/bytes.ts'
import { errorMessage } from '../../src/std/errors.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

const job = createJob()
const quick = { retry: { attemptsMax: 2 }, connectTimeoutMs: 5000, idleTimeoutMs: 10_000 }

/** Why Debian's archive cannot be had where apt has it from, or at its own address; false where it can. */
async function whyNoMirror(): Promise<string | false> {
  await using folder = await temporaryDirectory()
  try {
    const options = { suite: 'bookworm', architecture: 'amd64', pockets: [], cacheFolder: folder.path }
    await using repository = await openRepository({ ...options, ...quick }, job)
    await repository.releases(job)
    return false
  } catch (error) {
    return `no mirror of Debian can be used: ${errorMessage(error)}`
  }
}

describe("Debian's archive", { skip: await whyNoMirror() }, () => {
  let folder: TemporaryDirectory
  before(async () => {
    folder = await temporaryDirectory()
  })
  after(() => folder[Symbol.asyncDispose]())

  const using = async (
    options: Partial<RepositoryOptions>,
    work: (repository: Repository) => Promise<void>,
  ): Promise<void> => {
    const usual = { suite: 'bookworm', architecture: 'amd64', pockets: [], cacheFolder: join(folder.path, 'cache') }
    await using repository = await openRepository({ ...usual, ...quick, ...options }, job)
    await work(repository)
  }
  /** A package of the first list, opened. */
  const withPackage = async (
    repository: Repository,
    name: string,
    work: (deb: DebFile, path: string) => Promise<void>,
  ): Promise<void> => {
    const [list] = await repository.packageLists(job)
    assert.ok(list !== undefined)
    await using index: PackageIndex = await openPackageIndex(list, join(folder.path, 'lists'), job)
    const file = index.packages(name)[0]?.file
    assert.ok(file !== undefined, `${list.title} has ${name}`)
    const [path = ''] = await repository.fetchPackages([{ file, suite: list.suite }], job)
    await using deb = await openDeb(path, job)
    await work(deb, path)
  }

  for (const suite of ['11', '12', '13']) {
    test(`has Debian ${suite} with its updates, signed by keys that are known`, () =>
      using({ suite, pockets: undefined }, async (repository) => {
        const releases = await repository.releases(job)
        assert.equal(releases.length, 3)
        for (const release of releases) assert.ok(debianArchiveKeys.some((key) => key.fingerprint === release.signedBy))
        assert.equal(releases[0]?.version?.split('.')[0], suite)
        assert.equal((await repository.packageLists(job)).length, 3)
      }))
  }

  test('has packages for other processors', () =>
    using({ architecture: 'arm64' }, (repository) =>
      withPackage(repository, 'hello', async (deb) => {
        assert.equal(deb.control.stanza.fields.get('architecture')?.value, 'arm64')
        const paths = await Array.fromAsync(deb.entries(job), ({ entry }) => entry.path)
        assert.ok(paths.includes('usr/bin/hello'), paths.join())
      }),
    ))

  test('has a package of keys, and ours are those', () =>
    using({ suite: '13' }, (repository) =>
      withPackage(repository, 'debian-archive-keyring', async (deb) => {
        const source = { hasDebianKeys: false, files: [], armoured: [] as string[], fingerprints: [] }
        for await (const { entry, body } of deb.entries(job)) {
          if (!entry.path.endsWith('.asc') || entry.kind !== 'file') continue
          source.armoured.push(Buffer.from(await readAll(body, 1e6)).toString('latin1'))
        }
        const theirs = new Set((await loadKeyring(source)).keys.map((key) => key.getFingerprint()))
        const missing = debianArchiveKeys.filter((key) => !theirs.has(key.fingerprint))
        assert.deepEqual(missing, [])
      }),
    ))

  test('has packages that dpkg reads as we do', { skip: skipUnlessInstalled('dpkg-deb') }, () =>
    using({}, async (repository) => {
      for (const name of ['base-files', 'tzdata', 'libc6', 'perl-base']) {
        await withPackage(repository, name, async (deb, path) => {
          const output = execFileSync('dpkg-deb', ['--fsys-tarfile', path], { maxBuffer: 1e9 })
          const listed = execFileSync('tar', ['-t', '--quoting-style=literal'], { input: output, maxBuffer: 1e8 })
          const theirs = String(listed)
            .split('\n')
            .map((line) => line.replace(/^\.\//, '').replace(/\/$/, ''))
          const ours: string[] = []
          for await (const { entry, body } of deb.entries(job)) {
            ours.push(entry.path)
            let bytes = 0
            for await (const chunk of body) bytes += chunk.length
            assert.equal(bytes, entry.sizeBytes, entry.path)
          }
          assert.deepEqual(
            ours,
            theirs.filter((line) => line !== ''),
            name,
          )
          assert.equal(deb.control.text, String(execFileSync('dpkg-deb', ['--info', path, 'control'])))
        })
      }
    }),
  )
})
