import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { glob, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openRepository } from '../../src/debian/repository.ts'
import { startBreakingProxy } from '../support/breaking-proxy.ts'
import { sha256 } from '../support/debian-archive.ts'
import {
  makePlace,
  makeTestArchive,
  refused,
  requestOf,
  type Place,
  type TestArchive,
} from '../support/debian-place.ts'
import { smallDisk, whyNoSmallDisk } from '../support/small-disk.ts'
import { workerArguments } from './debian-worker.ts'

let archive: TestArchive
before(async () => {
  archive = await makeTestArchive()
})
after(() => archive[Symbol.asyncDispose]())

function startWorker(place: Place, address: string): ChildProcess {
  const options = { mirrors: [address], keyrings: [archive.keyring], cacheFolder: place.cacheFolder }
  const packages = [requestOf(archive.small), requestOf(archive.large)]
  return spawn(process.execPath, workerArguments(options, packages), { stdio: ['ignore', 'inherit', 'inherit'] })
}

async function runWorker(place: Place, address: string): Promise<void> {
  assert.deepEqual((await once(startWorker(place, address), 'exit'))[0], 0)
}

/** Every file of the cache is what its name says. */
async function assertSound(place: Place): Promise<void> {
  for await (const path of glob('files/*/*', { cwd: place.cacheFolder })) {
    assert.equal(sha256(await readFile(join(place.cacheFolder, path))), basename(path))
  }
}

describe('a cache of packages', () => {
  test('whose process is killed is sound, and the next run goes on from there', async () => {
    await using place = await makePlace(archive)
    const { mirror, large } = place
    await using proxy = await startBreakingProxy(mirror.host, ({ path, before }) => {
      // The first answer stops in the middle, so that the worker is killed while it waits for the rest.
      return path.includes('large') && before === 0 ? { kind: 'stall-answer', afterBytes: 300_000 } : undefined
    })
    const child = startWorker(place, `http://${proxy.host}/debian`)
    const ended = once(child, 'exit')
    for (;;) {
      const request = proxy.requests.find(({ path }) => path.includes('large'))
      const partial = join(place.cacheFolder, 'partial', sha256(large.deb))
      const held = request === undefined ? undefined : await readFile(partial).catch(() => undefined)
      if (held !== undefined && held.length === 300_000) break
      await new Promise(setImmediate)
    }
    child.kill('SIGKILL')
    await ended
    await assertSound(place)
    await runWorker(place, `http://${proxy.host}/debian`)
    await assertSound(place)
    const ranges = proxy.requests.filter(({ path }) => path.includes('large')).map(({ headers }) => headers.range)
    assert.deepEqual(ranges, [undefined, 'bytes=300000-'])
    await place.use((repository) => repository.fetchPackages([requestOf(large)], place.job), { isOffline: true })
  })

  test('that several processes use at once is filled once', async () => {
    await using place = await makePlace(archive)
    await Promise.all([1, 2, 3].map(() => runWorker(place, place.mirror.address)))
    await assertSound(place)
    const fetched = place.mirror.requests.filter((request) => /\.deb|by-hash/.test(request))
    assert.equal(fetched.length, 3, fetched.join('\n'))
    assert.equal(new Set(fetched).size, 3)
  })
})

describe('a cache on a disk that is full', { skip: whyNoSmallDisk() }, () => {
  test('says so, keeps what there is, and goes on when there is space', async () => {
    await using place = await makePlace(archive)
    const { mirror, job, small, large } = place
    await using disk = await smallDisk(400 * 1024)
    const options = {
      suite: 'bookworm',
      architecture: 'amd64',
      pockets: [],
      environment: {},
      keyrings: [archive.keyring],
    }
    const cacheFolder = join(disk.path, 'cache')
    await using repository = await openRepository({ ...options, cacheFolder, mirrors: [mirror.address] }, job)
    await repository.fetchPackages([requestOf(small)], job)
    const fetch = (): Promise<unknown> => repository.fetchPackages([requestOf(large)], job)
    await refused(fetch(), 'disk-full', /the disk of the cache .* is full \(ENOSPC/)
    await repository.fetchPackages([requestOf(small)], job)
    disk.remount('size=4m')
    await fetch()
    assert.match(mirror.requests.at(-1) ?? '', /large.* 206$/)
    disk.remount('ro')
    await fetch()
    await refused(repository.releases(job), 'cache-unusable', /cache cannot be used: EROFS|EROFS/)
  })
})
