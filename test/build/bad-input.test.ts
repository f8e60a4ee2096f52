import assert from 'node:assert/strict'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { buildSandbox, buildSandboxSkipReason, nobody, outcomeOf, type BuildSandbox } from '../support/build-sandbox.ts'
import { smallDisk, whyNoSmallDisk } from '../support/small-disk.ts'

interface Expected {
  readonly status: number
  readonly said: readonly RegExp[]
}

/** A build that fails, with all of these words. */
async function fails(box: BuildSandbox, dockerfile: string, expected: Expected, ...words: string[]): Promise<void> {
  const { status, said } = await box.build(dockerfile, ...words)
  assert.equal(status, expected.status, said)
  for (const each of expected.said) assert.match(said, each)
  assert.doesNotMatch(said, /\n +at .*\.ts:\d+/, 'a stack is for nobody')
}

/** Command lines and environments of processes that have this text. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false
    return ['cmdline', 'environ'].some((file) => {
      try {
        return readFileSync(join('/proc', name, file), 'latin1').includes(text)
      } catch {
        return false
      }
    })
  })
}

const goneWithinMs = 10_000
const pauseMs = 20

/** Nothing of a build runs or is mounted any more. */
async function assertNothingRuns(box: BuildSandbox, marks: readonly string[]): Promise<void> {
  const running = (): readonly string[] => [box.path, ...marks].flatMap(processesWith)
  const startMs = Date.now()
  while (running().length > 0 && Date.now() - startMs < goneWithinMs) await setTimeout(pauseMs)
  assert.deepEqual(running(), [])
  const mounted = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  assert.deepEqual(
    mounted.filter((line) => line.includes(`${box.path}/`)),
    [],
  )
}

/** What a build left behind that was ended or has failed: commands work, and there is nothing more of containers after them. */
async function assertSound(box: BuildSandbox, ...marks: readonly string[]): Promise<void> {
  await assertNothingRuns(box, marks)
  for (const command of ['images', 'prune']) {
    const { status, said } = await box.run(command)
    assert.equal(status, 0, said)
  }
  assert.deepEqual(box.scratch(), [])
}

describe('a Dockerfile that cannot be built is told of', { skip: buildSandboxSkipReason, concurrency: 4 }, () => {
  for (const [title, dockerfile, expected, words] of [
    [
      'with status, last output, line and caret where a RUN fails',
      'FROM base:1\nRUN echo first; echo the last words >&2; exit 7\n',
      { status: 1, said: [/ended with status 7/, /the last words/, /Dockerfile:2/, /\^/] },
      [],
    ],
    [
      'where there is no such program',
      'FROM base:1\nRUN nosuch\n',
      { status: 1, said: [/status 127/, /not found/, /:2/] },
      [],
    ],
    [
      'where there is no such program, and no shell',
      'FROM base:1\nRUN ["nosuch"]\n',
      { status: 1, said: [/nosuch/, /not/, /:2/] },
      [],
    ],
    [
      'where a file is no program',
      'FROM base:1\nRUN /etc/passwd\n',
      { status: 1, said: [/status 126/, /x bit/, /:2/] },
      [],
    ],
    [
      'with the nearest stage for --target',
      'FROM base:1 AS build\nFROM base:1 AS final\n',
      { status: 2, said: [/biuld/, /"?build"?/] },
      ['--target', 'biuld'],
    ],
    [
      'with the nearest stage for COPY --from',
      'FROM base:1 AS build\nFROM base:1\nCOPY --from=biuld /etc /e\n',
      { status: 3, said: [/biuld/, /:3/, /Did you mean build\?/] },
      [],
    ],
    [
      'with the nearest name of a missing source',
      'FROM base:1\nCOPY fiel /\n',
      { status: 1, said: [/fiel/, /"?file"?/, /:2/] },
      [],
    ],
    [
      'where .dockerignore leaves a source out',
      'FROM base:1\nCOPY hidden /\n',
      { status: 1, said: [/hidden/, /\.dockerignore/] },
      [],
    ],
    [
      'where a base cannot be had, and why',
      'FROM localhost:1/none:1\n',
      { status: 3, said: [/localhost:1\/none:1/, /cannot be reached|ECONNREFUSED/] },
      [],
    ],
    [
      'where a stage copies from itself',
      'FROM base:1 AS a\nCOPY --from=a /etc /e\n',
      { status: 2, said: [/:2/, /itself|circular|earlier|cycle/] },
      [],
    ],
    [
      'where stages need each other',
      'FROM base:1 AS a\nCOPY --from=b /etc /e\nFROM base:1 AS b\nCOPY --from=a /etc /e\n',
      { status: 2, said: [/:2/, /later stage that needs it/] },
      [],
    ],
    ['where it is empty', '', { status: 2, said: [/Dockerfile/, /empty|FROM/] }, []],
    ['where a build argument has no name', 'FROM base:1\n', { status: 2, said: [/build-arg/] }, ['--build-arg', '=x']],
    ['where a user is not known', 'FROM base:1\nUSER eve\nRUN id\n', { status: 1, said: [/no user "eve"/, /:3/] }, []],
    [
      'where there is nothing to mount',
      'FROM base:1\nRUN --mount=type=bind,from=base:1,source=/none,target=/m true\n',
      { status: 1, said: [/\/none/, /:2/] },
      [],
    ],
  ] as const satisfies readonly (readonly [string, string, Expected, readonly string[]])[]) {
    test(title, async () => {
      await using box = await buildSandbox()
      for (const name of ['file', 'hidden']) box.write(name, '')
      box.write('.dockerignore', 'hidden\n')
      await fails(box, dockerfile, expected, ...words)
      await assertNothingRuns(box, [])
      assert.deepEqual(box.scratch(), [])
    })
  }

  test('with each mirror of a base that cannot be had', async () => {
    await using folder = await temporaryDirectory()
    const configuration = join(folder.path, 'config.yaml')
    writeFileSync(configuration, 'registries: { "localhost:1": { mirrors: [localhost:2/hub, localhost:3] } }\n')
    await using box = await buildSandbox({ environment: { WHERRY_CONFIG: configuration } })
    const said = [
      /localhost:2 is passed over: .*reached/,
      /localhost:3 is passed over: .*reached/,
      /error: .*localhost:1: /,
    ]
    await fails(box, 'FROM localhost:1/none:1\n', { status: 3, said })
  })

  test('where it is a folder, or is not there, or the context is not', async () => {
    await using box = await buildSandbox()
    const outcomes = await Promise.all([
      box.run('build', '-f', box.context, box.context),
      box.run('build', '-f', 'missing', box.context),
      box.run('build', 'missing-context'),
    ])
    for (const { status, said } of outcomes) {
      assert.equal(status, 2, said)
      assert.match(said, /folder|directory|missing|does not exist|not there/)
    }
  })
})

describe('an odd context', { skip: buildSandboxSkipReason, concurrency: 2 }, () => {
  test('with an unreadable file is told of, by its name', async () => {
    await using box = await buildSandbox({ user: nobody })
    box.write('folder/unreadable', 'read by nobody')
    chmodSync(join(box.context, 'folder/unreadable'), 0)
    await fails(box, 'FROM scratch\nCOPY . /\n', { status: 2, said: [/folder\/unreadable/] })
    await assertSound(box)
  })

  test('is copied without its sockets, with names that are no UTF-8, and with names of several lines', async () => {
    await using box = await buildSandbox()
    box.write('line\nfeed', 'two lines')
    writeFileSync(Buffer.concat([Buffer.from(`${box.context}/`), Buffer.from([0x61, 0xff, 0x62])]), 'no text')
    const server = createServer().listen(join(box.context, 'socket'))
    await once(server, 'listening')
    const { status, said } = await box.build(
      'FROM base:1\nCOPY . /all/\nRUN cat /all/* > /got; ls /all | wc -l >> /got\n',
    )
    server.close()
    assert.equal(status, 0, said)
    assert.equal(box.built('got'), 'no texttwo lines3\n')
  })

  test('of 100,000 files is built', async () => {
    await using box = await buildSandbox()
    for (let folder = 0; folder < 100; folder += 1) {
      mkdirSync(join(box.context, String(folder)))
      for (let at = 0; at < 1000; at += 1) writeFileSync(join(box.context, String(folder), String(at)), '')
    }
    const dockerfile = 'FROM base:1\nCOPY . /all/\nRUN [ $(find /all -type f | wc -l) = 100000 ]\n'
    const { status, said } = await box.build(dockerfile, '-t', 'a:1')
    assert.equal(status, 0, said)
  })

  // 20 GB take a minute to hash and compress; and with 2 GB as with 0.6 GB it takes 360 MB of memory.
  test('with a file of 2 GB, and nothing in it, is built in little memory', async () => {
    await using box = await buildSandbox()
    box.write('large', '')
    truncateSync(join(box.context, 'large'), 2 * 1024 ** 3)
    const child = box.start('FROM scratch\nCOPY large /\n', '-t', 'a:1', '--compression', 'zstd')
    const ended = outcomeOf(child)
    let peakKilobytes = 0
    while (child.exitCode === null) {
      try {
        const text = readFileSync(`/proc/${child.pid}/status`, 'utf8')
        peakKilobytes = Math.max(peakKilobytes, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0))
      } catch {
        // It has just ended.
      }
      await setTimeout(pauseMs)
    }
    const { status, said } = await ended
    assert.equal(status, 0, said)
    assert.ok(peakKilobytes > 0 && peakKilobytes < 500_000, `${peakKilobytes} kB`)
  })
})

describe('a build that is not alone, or is ended', { skip: buildSandboxSkipReason, concurrency: 4 }, () => {
  test('does not disturb another in the same store', async () => {
    await using box = await buildSandbox()
    await using other = await buildSandbox({ storePath: join(box.path, 'store') })
    const dockerfile =
      'FROM base:1\nRUN --mount=type=cache,target=/c echo one >> /c/f; sleep 0.3; wc -l < /c/f > /got\n'
    const outcomes = await Promise.all([box.build(dockerfile), other.build(`${dockerfile}RUN true\n`)])
    for (const { status, said } of outcomes) assert.equal(status, 0, said)
    await assertSound(box)
  })

  test('says so when the disk is full, and leaves a store that is sound', { skip: whyNoSmallDisk() }, async () => {
    await using disk = await smallDisk(24 * 1024 * 1024)
    await using box = await buildSandbox({ storePath: join(disk.path, 'store') })
    const inside = 'FROM base:1\nRUN dd if=/dev/urandom of=/large bs=64k count=1000\n'
    await fails(box, inside, { status: 1, said: [/No space left/] }, '-t', 'a:1')
    assert.deepEqual(box.scratch(), [])
    box.write('large', randomBytes(60_000_000))
    await fails(box, 'FROM base:1\nCOPY large /\n', { status: 3, said: [/full|space/i] }, '-t', 'a:1')
    rmSync(join(box.context, 'large'))
    const { status, said } = await box.build('FROM base:1\nRUN echo works > /got\n', '-t', 'a:1')
    assert.equal(status, 0, said)
    await assertSound(box)
  })

  const moments = [
    ['at its beginning', 'indexing', undefined],
    ['while a step runs', 'running', 'is running'],
    ['while the changes become a layer', 'committing', 'is done'],
  ] as const
  for (const [when, mark, said] of moments) {
    test(`leaves nothing when it is killed ${when}, and the next build works`, async () => {
      await using box = await buildSandbox()
      const seconds = String(randomInt(100_000, 999_999))
      const work =
        mark === 'running' ? `echo is running; sleep ${seconds}` : 'head -c 99999999 /dev/urandom > /l; echo is done'
      const child = box.start(`FROM base:1\nRUN mkdir /d; chmod 0 /d; chown 5:5 /d; ${work}\n`, '-t', 'a:1')
      const ended = outcomeOf(child)
      if (said === undefined) await once(child.stderr ?? child, 'data')
      else await hasSaid(child.stderr, said)
      child.kill('SIGKILL')
      await ended
      const next = await box.build('FROM base:1\nRUN ls -a / > /got\n', '-t', 'a:1')
      assert.equal(next.status, 0, next.said)
      assert.deepEqual(box.scratch(), [])
      await assertSound(box, `sleep\0${seconds}`)
    })
  }

  test('leaves nothing for prune to leave', async () => {
    await using box = await buildSandbox()
    const child = box.start('FROM base:1\nRUN echo is running; sleep 1000\n', '-t', 'a:1')
    const ended = outcomeOf(child)
    await hasSaid(child.stderr, 'is running')
    child.kill('SIGKILL')
    await ended
    assert.notDeepEqual(box.scratch(), [])
    await assertSound(box)
  })

  test('ends at Ctrl-C, with status 130, and so does what it has started', async () => {
    await using box = await buildSandbox()
    const seconds = String(randomInt(100_000, 999_999))
    const dockerfile = `FROM base:1\nRUN (trap '' INT TERM; sleep ${seconds} & echo is running; wait; sleep ${seconds})\n`
    const child = box.start(dockerfile, '-t', 'a:1')
    const ended = outcomeOf(child)
    await hasSaid(child.stderr, 'is running')
    child.kill('SIGINT')
    assert.equal((await ended).status, 130)
    assert.deepEqual(box.scratch(), [])
    await assertSound(box, `sleep\0${seconds}`)
  })
})

async function hasSaid(stream: NodeJS.ReadableStream | null, text: string): Promise<void> {
  let seen = ''
  await new Promise<void>((resolve) => {
    stream?.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      // The words stand in the step's title too.
      if (seen.split('\n').some((line) => line.endsWith(` ${text}`))) resolve()
    })
    stream?.once('end', () => resolve())
  })
}
