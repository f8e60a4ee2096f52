import assert from 'node:assert/strict'
import { glob, readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, test } from 'node:test'
import type { Repository } from '../../src/debian/repository.ts'
import { startBreakingProxy, type BreakageScript } from '../support/breaking-proxy.ts'
import { addSuite, poolPath } from '../support/debian-archive.ts'
import { listText, makePlace, makeTestArchive, refused, requestOf, type Place, type TestArchive } from '../support/debian-place.ts' // prettier-ignore
import { makeSigningKey } from '../support/debian-signing.ts'
import { startHttpServer } from '../support/http-server.ts'

const hour = 3_600_000
let archive: TestArchive
before(async () => {
  archive = await makeTestArchive()
})
after(() => archive[Symbol.asyncDispose]())

/** Uses a repository through a proxy that breaks what the script says. @returns the paths and ranges that were asked for. */
async function throughProxy(
  place: Place,
  script: BreakageScript,
  work: (repository: Repository, address: string) => Promise<void>,
): Promise<readonly string[]> {
  await using proxy = await startBreakingProxy(place.mirror.host, script)
  const address = `http://${proxy.host}/debian`
  const timeouts = { connectTimeoutMs: 2000, idleTimeoutMs: 150 }
  await place.use((repository) => work(repository, address), { mirrors: [address], ...timeouts })
  return proxy.requests.map(({ path, headers }) => `${path.split('/').at(-1)} ${headers.range ?? ''}`.trim())
}

const cachedFiles = async (place: Place): Promise<number> =>
  (await Array.fromAsync(glob('files/*/*', { cwd: place.cacheFolder }))).length

describe('an index', () => {
  test('that somebody changed, or signed with another key, is refused, and not kept', async () => {
    await using place = await makePlace(archive)
    const { job, files, key } = place
    const path = 'dists/bookworm/InRelease'
    const good = String(files.get(path))
    const use = (text: string): Promise<unknown> => {
      files.set(path, Buffer.from(text))
      return place.use((repository) => repository.releases(job))
    }
    await refused(use(good.replace('oldstable', 'newstable')), 'bad-signature', /index of bookworm at 127.*digest/)
    const other = await makeSigningKey()
    const text = good.slice(good.indexOf('\n\n') + 2, good.indexOf('\n-----BEGIN PGP SIG'))
    await refused(use(await other.clearSign(text)), 'unknown-key', new RegExp(other.fingerprint.slice(-16)))
    await refused(use('<html>Please log in</html>'), 'bad-signature', /does not begin with/)
    await refused(use(good.slice(0, 200)), 'bad-signature', /there is no signature/)
    await refused(use(await key.clearSign(text.replaceAll(/^Date:.*$/gm, 'Date: today'))), 'bad-release', /no date/)
    assert.deepEqual(await readdir(place.cacheFolder).catch(() => []), [])
    await use(good)
  })

  test('of another suite, past its time or older than the one before is refused', async () => {
    await using place = await makePlace(archive)
    const { job, files, key } = place
    const use = (options?: object): Promise<unknown> => place.use((repository) => repository.releases(job), options)
    await use()
    const old = new Date(Date.now() - 48 * hour)
    await addSuite(files, { suite: 'bookworm', key, date: old })
    await refused(use(), 'older-release', /older than it was: it is of .* UTC, and the one before was of/)
    await addSuite(files, { suite: 'bookworm', key, validUntil: new Date(Date.now() - hour) })
    await refused(use(), 'expired-release', /was valid until/)
    await use({ isValidUntilChecked: false })
    assert.ok(place.events.some((event) => event.type === 'notice' && /updates may be missing/.test(event.message)))
    await use({ isOffline: true })
    await addSuite(files, { suite: 'bookworm', key, fields: { Codename: 'sid', Suite: 'unstable' } })
    await refused(use(), 'bad-release', /is for sid \(unstable\), not for bookworm/)
  })

  test('without end is refused', async () => {
    await using place = await makePlace(archive)
    const small = { ...place.job, limits: { ...place.job.limits, releaseBytesMax: 100 } }
    await refused(
      place.use((repository) => repository.releases(small)),
      'mirror-bad-answer',
      /InRelease has more than 100 bytes/,
    )
  })
})

describe('a file', () => {
  test('with other bytes, fewer or more is refused, and not kept', async () => {
    await using place = await makePlace(archive)
    const { job, files, small } = place
    const path = poolPath('small')
    const fetch = (): Promise<unknown> => place.use((repository) => repository.fetchPackages([requestOf(small)], job))
    const changed = Buffer.from(small.deb)
    changed[100] = (changed[100] ?? 0) ^ 1
    files.set(path, changed)
    await refused(fetch(), 'hash-mismatch', /small_1\.0-1_amd64\.deb has the hash [0-9a-f]{64}, and should have/)
    files.set(path, small.deb.subarray(1))
    await refused(fetch(), 'mirror-bad-answer', /should have \d+ bytes, but the mirror offers \d+/)
    files.set(path, Buffer.concat([small.deb, Buffer.of(0)]))
    await refused(fetch(), 'mirror-bad-answer', /should have \d+ bytes, but the mirror offers/)
    files.delete(path)
    await refused(fetch(), 'not-in-archive', /127\.0\.0\.1:\d+ has no such file \(GET http.*small.*answered 404/)
    assert.equal(await cachedFiles(place), 0)
    assert.deepEqual(await readdir(`${place.cacheFolder}/partial`), [])
    files.set(path, small.deb)
    await fetch()
  })

  test('that says no length and never ends is refused as soon as it is too long', async () => {
    await using place = await makePlace(archive)
    let sentBytes = 0
    function* zeros(): Generator<Buffer> {
      for (;;) {
        sentBytes += 65_536
        yield Buffer.alloc(65_536)
      }
    }
    await using endless = await startHttpServer((_request, response) => {
      pipeline(Readable.from(zeros()), response).catch(() => undefined)
    })
    const fetched = place.use((repository) => repository.fetchPackages([requestOf(place.small)], place.job), {
      mirrors: [`http://${endless.host}/debian`],
    })
    await refused(fetched, 'mirror-bad-answer', /should have \d+ bytes, but more came/)
    assert.ok(sentBytes < 20_000_000, String(sentBytes))
  })

  test('whose connection is cut is continued where it was, by one that brings more each time', async () => {
    await using place = await makePlace(archive)
    const { job, large } = place
    const cuts: BreakageScript = ({ before }) => (before < 3 ? { kind: 'cut-answer', afterBytes: 150_000 } : undefined)
    const asked = await throughProxy(place, cuts, async (repository) => {
      await repository.fetchPackages([requestOf(large)], job)
    })
    assert.equal(asked.length, 4)
    const offsets = asked.map((each) => Number(/bytes=(\d+)-$/.exec(each)?.[1] ?? 0))
    assert.ok(
      offsets.every((offset, index) => index === 0 || offset > (offsets[index - 1] ?? 0)),
      asked.join(),
    )
  })

  test('that was begun by another run is continued, also from another mirror', async () => {
    await using place = await makePlace(archive)
    const { job, large, mirror } = place
    const cut: BreakageScript = ({ before }) =>
      before === 0 ? { kind: 'cut-answer', afterBytes: 300_000 } : { kind: 'silence' }
    await throughProxy(place, cut, (repository) =>
      refused(repository.fetchPackages([requestOf(large)], job), 'mirror-unreachable', /not a byte for 0\.15 s/),
    )
    await place.use((repository) => repository.fetchPackages([requestOf(large)], job))
    assert.deepEqual(
      mirror.requests.map((each) => each.slice(-3)),
      ['200', '206'],
    )
  })

  test('that was begun with wrong bytes is fetched again from its beginning', async () => {
    await using place = await makePlace(archive)
    const { job, large, files, mirror } = place
    const cut: BreakageScript = ({ before }) =>
      before === 0 ? { kind: 'cut-answer', afterBytes: 300_000 } : { kind: 'silence' }
    files.set(poolPath('large'), Buffer.alloc(large.deb.length))
    await throughProxy(place, cut, (repository) =>
      refused(repository.fetchPackages([requestOf(large)], job), 'mirror-unreachable', /./),
    )
    files.set(poolPath('large'), large.deb)
    await place.use((repository) => repository.fetchPackages([requestOf(large)], job))
    assert.deepEqual(
      mirror.requests.map((each) => each.slice(-3)),
      ['200', '206', '200'],
    )
  })
})

describe('a mirror', () => {
  test('that is down, silent or fails is left for the next', async () => {
    await using place = await makePlace(archive)
    const { job, mirror, small } = place
    const scripts: readonly BreakageScript[] = [
      () => ({ kind: 'silence' }),
      () => ({ kind: 'answer', status: 503 }),
      () => ({ kind: 'answer', status: 403 }),
      () => ({ kind: 'answer', status: 404 }),
      () => ({ kind: 'cut-answer', afterBytes: 0 }),
      () => ({ kind: 'answer', status: 200, body: '<html>' }),
      () => ({ kind: 'answer', status: 302, headers: { location: 'ftp://127.0.0.1/' } }),
    ]
    for (const script of scripts) {
      await throughProxy(place, script, async (_, broken) => {
        const options = { mirrors: [broken, mirror.address], idleTimeoutMs: 150, retry: { attemptsMax: 2 } }
        await place.use(async (repository) => {
          await listText(repository, job)
          await repository.fetchPackages([requestOf(small)], job)
        }, options)
      })
    }
    const gone = await startHttpServer(() => undefined)
    await gone[Symbol.asyncDispose]()
    const dead = `http://${gone.host}/debian`
    const options = { mirrors: [dead, mirror.address] }
    assert.match(await place.use((repository) => listText(repository, job), options), /^Package: small/)
    const alone = place.use((repository) => repository.releases(job), { mirrors: [dead] })
    await refused(alone, 'mirror-unreachable', /http:\/\/127\.0\.0\.1:\d+\/debian\/.*cannot be reached: .*ECONNREFUSED/)
  })

  test('that is busy is asked again, after the time that it wants', async () => {
    await using place = await makePlace(archive)
    const busy: BreakageScript = ({ before }) =>
      before === 0 ? { kind: 'answer', status: 503, headers: { 'retry-after': '7' } } : undefined
    const asked = await throughProxy(place, busy, async (repository) => void (await repository.releases(place.job)))
    assert.deepEqual(asked, ['InRelease', 'InRelease'])
    const notices = place.events.flatMap((event) => (event.type === 'notice' ? event.message : []))
    assert.match(notices.join(), /503 Service Unavailable; trying again in (?:7|8|9|10)\.\d s/)
  })

  test('may send on to another place, but not round in circles, and no password goes along', async () => {
    await using place = await makePlace(archive)
    const { job, mirror } = place
    const heard: (string | undefined)[] = []
    await using other = await startHttpServer((request, response) => {
      heard.push(request.headers.authorization)
      response.writeHead(302, { location: `http://${mirror.host}${request.url}` }).end()
    })
    await using first = await startHttpServer((request, response) => {
      heard.push(request.headers.authorization)
      response.writeHead(301, { location: `http://${other.host}${request.url}` }).end()
    })
    const mirrors = [`http://ada:secret@${first.host}/debian`]
    await place.use((repository) => repository.releases(job), { mirrors })
    assert.deepEqual(heard, [`Basic ${Buffer.from('ada:secret').toString('base64')}`, undefined])
    await using circle = await startHttpServer((request, response) => {
      response.writeHead(302, { location: request.url }).end()
    })
    const circled = place.use((repository) => repository.releases(job), {
      mirrors: [`http://ada:secret@${circle.host}/`],
    })
    await refused(circled, 'mirror-bad-answer', /^(?!.*secret).*more than 5 redirects/)
  })

  test('is reached through a proxy, if there is one', async () => {
    await using place = await makePlace(archive)
    const heard: string[] = []
    await using proxy = await startHttpServer((request, response) => {
      heard.push(request.url ?? '')
      response.writeHead(404, { 'content-length': 0 }).end()
    })
    const environment = { http_proxy: `http://${proxy.host}` }
    const mirrors = ['http://deb.example.invalid/debian']
    const asked = place.use((repository) => repository.releases(place.job), { mirrors, environment })
    await refused(asked, 'not-in-archive', /deb\.example\.invalid has no such suite/)
    assert.equal(heard[0], 'http://deb.example.invalid/debian/dists/bookworm/InRelease')
  })
})

describe('work that is cancelled', () => {
  test('ends at once, and leaves what was fetched', async () => {
    await using place = await makePlace(archive)
    const { large } = place
    const controller = new AbortController()
    const job = { ...place.job, signal: controller.signal }
    const silence: BreakageScript = ({ path }) => (path.includes('large') ? { kind: 'silence' } : undefined)
    await throughProxy(place, silence, async (_, address) => {
      await place.use(
        async (repository) => {
          const fetching = repository.fetchPackages([requestOf(large)], job)
          setImmediate(() => controller.abort(new Error('cancelled by the test')))
          await assert.rejects(fetching, /cancelled by the test/)
        },
        { mirrors: [address] },
      )
    })
  })
})
