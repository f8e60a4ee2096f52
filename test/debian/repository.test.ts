import assert from 'node:assert/strict'
import { glob, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { RepositoryOptions } from '../../src/debian/repository.ts'
import { addSuite, packageRecord, releaseText } from '../support/debian-archive.ts'
import { listText, makePlace, makeTestArchive, refused, requestOf, type TestArchive } from '../support/debian-place.ts' // prettier-ignore

const hour = 3_600_000
let archive: TestArchive
before(async () => {
  archive = await makeTestArchive()
})
after(() => archive[Symbol.asyncDispose]())

describe('a repository', () => {
  test('gives lists and packages, and asks for nothing twice', async () => {
    await using place = await makePlace(archive)
    const { job, mirror, small, large } = place
    await place.use(async (repository) => {
      const [list] = await repository.packageLists(job)
      assert.equal(await listText(repository, job), `${packageRecord(small)}\n${packageRecord(large)}`)
      assert.deepEqual([list?.suite, list?.component, list?.names], ['bookworm', 'main', ['bookworm', 'oldstable']])
      const paths = await repository.fetchPackages([requestOf(large), requestOf(small), requestOf(large)], job)
      for (const [index, each] of [large, small, large].entries()) {
        assert.ok((await readFile(paths[index] ?? '')).equals(each.deb))
      }
    })
    assert.equal(mirror.requests.length, 5)
    mirror.requests.forEach((request) => assert.match(request, / (?:200|304)$/))
    assert.ok(mirror.requests.some((request) => request.includes('/by-hash/SHA256/')))
    await place.use(async (repository) => {
      await listText(repository, job)
      await repository.fetchPackages([requestOf(small), requestOf(large)], job)
    })
    assert.deepEqual(mirror.requests.slice(5), ['GET /debian/dists/bookworm/InRelease 304'])
  })

  test('is asked again only after the time that is wanted', async () => {
    await using place = await makePlace(archive)
    const { job, mirror } = place
    await place.use((repository) => repository.releases(job))
    await place.use((repository) => repository.releases(job), { freshnessMs: hour })
    assert.equal(mirror.requests.length, 1)
    const later = { ...job, clock: { ...job.clock, now: () => Date.now() + 2 * hour } }
    await place.use((repository) => repository.releases(later), { freshnessMs: hour })
    await place.use((repository) => repository.releases(later), { freshnessMs: hour })
    assert.equal(mirror.requests.length, 2)
  })

  test('needs nobody once all is in the cache, and says what is not', async () => {
    await using place = await makePlace(archive)
    const { job, mirror, small, large } = place
    const offline = { isOffline: true }
    await place.use(
      (repository) => refused(repository.packageLists(job), 'not-in-cache', /index of bookworm at 127/),
      offline,
    )
    await place.use(async (repository) => {
      await listText(repository, job)
      await repository.fetchPackages([requestOf(small)], job)
    })
    const { length } = mirror.requests
    await place.use(async (repository) => {
      assert.match(await listText(repository, job), /^Package: small/)
      await repository.fetchPackages([requestOf(small)], job)
      await refused(repository.fetchPackages([requestOf(large)], job), 'not-in-cache', /large_1\.0-1_amd64\.deb is not/)
    }, offline)
    assert.equal(mirror.requests.length, length)
  })

  test('fetches again what was damaged in the cache', async () => {
    await using place = await makePlace(archive)
    const { job, mirror, events, small } = place
    let path = ''
    await place.use(async (repository) => {
      path = (await repository.fetchPackages([requestOf(small)], job))[0] ?? ''
    })
    for (const damage of [Buffer.alloc(small.deb.length), small.deb.subarray(1), Buffer.alloc(0)]) {
      await writeFile(path, damage)
      await place.use(async (repository) => {
        await repository.fetchPackages([requestOf(small)], job)
        assert.ok((await readFile(path)).equals(small.deb))
      })
    }
    assert.equal(mirror.requests.length, 4)
    assert.ok(events.some((event) => event.type === 'notice' && /small.* was damaged/.test(event.message)))
  })

  test('passes over an index in the cache that is damaged or was changed', async () => {
    await using place = await makePlace(archive)
    const { job, cacheFolder, mirror } = place
    await place.use((repository) => repository.releases(job))
    const [name = ''] = await Array.fromAsync(glob('releases/*.json', { cwd: cacheFolder }))
    const file = join(cacheFolder, name)
    const kept = await readFile(file, 'utf8')
    for (const changed of ['', '{', kept.replace(/"release":"[^"]{40}/, '"release":"AAAA')]) {
      await writeFile(file, changed)
      await place.use((repository) => refused(repository.releases(job), 'not-in-cache', /./), { isOffline: true })
      await place.use((repository) => repository.releases(job), { freshnessMs: hour })
    }
    assert.deepEqual(
      mirror.requests,
      Array.from({ length: 4 }, () => 'GET /debian/dists/bookworm/InRelease 200'),
    )
  })

  test('reads Release and Release.gpg where there is no InRelease', async () => {
    await using place = await makePlace(archive)
    const { job, files, mirror, key } = place
    const release = Buffer.from(
      releaseText({ suite: 'bookworm', key }, { 'main/binary-amd64/Packages': Buffer.from('x') }),
    )
    files.delete('dists/bookworm/InRelease')
    files.set('dists/bookworm/Release', release)
    await place.use((repository) => refused(repository.releases(job), 'bad-signature', /is not signed/))
    files.set('dists/bookworm/Release.gpg', Buffer.from(await key.detachedSign(release)))
    for (let times = 0; times < 2; times += 1) {
      await place.use(async (repository) => assert.equal((await repository.releases(job))[0]?.codename, 'bookworm'))
    }
    assert.equal(mirror.requests.at(-1), 'GET /debian/dists/bookworm/Release 304')
  })

  test('takes a list by its name where there is none by its hash, and any packing', async () => {
    await using place = await makePlace(archive)
    const { job, files, mirror, key } = place
    for (const path of files.keys()) if (path.includes('by-hash')) files.delete(path)
    await place.use(async (repository) => assert.match(await listText(repository, job), /^Package: small/))
    assert.match(mirror.requests.at(-1) ?? '', /binary-amd64\/Packages\.xz 200$/)
    await rm(place.cacheFolder, { recursive: true })
    const text = String(files.get('dists/bookworm/InRelease'))
    const withoutXz = text
      .slice(text.indexOf('\n\n') + 2, text.indexOf('\n-----BEGIN PGP SIG'))
      .replace(/^.*Packages\.xz\n?/m, '')
    files.set('dists/bookworm/InRelease', Buffer.from(await key.clearSign(withoutXz)))
    await place.use(async (repository) => assert.match(await listText(repository, job), /^Package: small/))
    assert.match(mirror.requests.at(-1) ?? '', /binary-amd64\/Packages\.gz 200$/)
  })

  test('has updates and security updates where they are wanted, each from its place', async () => {
    await using place = await makePlace(archive)
    const { job, files, mirror, key, small } = place
    await addSuite(files, { suite: 'bookworm-updates', key })
    await addSuite(files, { suite: 'bookworm-security', key, packages: [small] })
    await place.use(
      async (repository) => {
        const suites = (await repository.packageLists(job)).map((list) => list.title)
        assert.deepEqual(suites, ['bookworm/main amd64', 'bookworm-updates/main amd64', 'bookworm-security/main amd64'])
      },
      { pockets: undefined },
    )
    assert.ok(mirror.requests.includes('GET /debian-security/dists/bookworm-security/InRelease 200'))
  })

  test('says what an archive has, if it has not what was asked for', async () => {
    await using place = await makePlace(archive)
    const { job } = place
    const lists = (options: Partial<RepositoryOptions>, message: RegExp): Promise<void> =>
      place.use((repository) => refused(repository.packageLists(job), 'not-in-archive', message), options)
    await lists({ suite: 'trixie' }, /127\.0\.0\.1:\d+ has no such suite \(http:.*dists\/trixie\/\)/)
    await lists({ architecture: 'riscv64' }, /has no packages for riscv64: it has amd64, arm64/)
    await lists({ components: ['main', 'games'] }, /no package list bookworm\/games amd64: the components are main/)
  })
})
