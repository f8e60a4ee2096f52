import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compareAnswers } from './compare-answers.ts'
import type { AskedProbe, Probe, ProbeAnswer, ProbeRecord } from './probe.ts'
import { getProbe } from './probing/explore.ts'

interface Shown {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

function http(body: string, { status = 200, type = 'text/html', headers = {} }: Shown = {}): ProbeAnswer {
  const bytes = Buffer.from(body)
  const all = Object.entries({ 'content-type': type, ...headers }).toSorted(([one], [other]) => (one < other ? -1 : 1))
  const bodyDigest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  return { kind: 'http', status, headers: new Map(all), body: bytes, bodyBytes: bytes.length, bodyDigest, elapsedMs: 1 }
}

function exit(stdout: string, status = 0, stderr = ''): ProbeAnswer {
  const result = { kind: 'exited' as const, status }
  return { kind: 'process', result, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr), elapsedMs: 1 }
}

function recordOf(answer: ProbeAnswer, parts: Partial<ProbeRecord> = {}): ProbeRecord {
  const probe: Probe = answer.kind === 'process' ? { kind: 'exit' } : getProbe('/')
  const asked: readonly AskedProbe[] = [{ title: 'GET /', probe, round: 'first', answer }]
  const none = new Uint8Array()
  const rest = { readyMs: 1, firstAnswerMs: 1, ports: [80], endedEarly: undefined, stdout: none, stderr: none }
  return { asked, ...rest, ...parts }
}

/** What is different, of an answer that came after others. */
function differ(befores: readonly ProbeAnswer[], after: ProbeAnswer): readonly string[] {
  const records = befores.map((answer) => recordOf(answer))
  return compareAnswers(records, recordOf(after)).map(({ what }) => what)
}

const bodies = (...texts: readonly string[]): readonly ProbeAnswer[] => texts.map((text) => http(text))
const json = (value: unknown): ProbeAnswer => http(JSON.stringify(value), { type: 'application/json' })

describe('a mask', () => {
  test('takes what differs each time: ids, counts, names of hosts', () => {
    const page = (id: string, host: string): string => `<p>Request ${id} by ${host}, welcome</p>`
    const before = bodies(page('8f3a-11', 'host-a81'), page('77bc-02', 'host-f00'))
    assert.deepEqual(differ(before, http(page('a0c9-93', 'host-bcd'))), [])
  })

  test('takes times and durations, also where they were the same', () => {
    const page = (time: string, took: string): string => `<p>${time}, made in ${took}</p>`
    const before = http(page('2026-11-29T17:00:00Z', '3ms'))
    assert.deepEqual(differ([before, before], http(page('2026-11-30T09:12:13Z', '1.25s'))), [])
  })

  test('leaves the zone and the words of a date', () => {
    const before = http('2026-11-29T17:00:00+01:00')
    assert.deepEqual(differ([before, before], http('2026-11-29T16:00:00Z')), ['body'])
    const named = http('29. November 2026')
    assert.deepEqual(differ([named, named], http('November 29, 2026')), ['body'])
  })

  test('does not take what is empty now, or a complaint, or another kind of value', () => {
    const before = bodies('user: ab12cd (new)', 'user: 99ffee (new)')
    assert.deepEqual(differ(before, http('user: 00aa11 (new)')), [])
    assert.deepEqual(differ(before, http('user:  (new)')), ['body'])
    assert.deepEqual(differ(before, http('user: undefined (new)')), ['body'])
    const counted = bodies('seen: 17 times', 'seen: 4 times')
    assert.deepEqual(differ(counted, http('seen: many times')), ['body'])
  })

  test('takes the order of lines only where it differed', () => {
    assert.deepEqual(differ(bodies('a\nb\nc', 'c\nb\na'), http('b\nc\na')), [])
    assert.deepEqual(differ(bodies('a\nb\nc', 'a\nb\nc'), http('b\nc\na')), ['body'])
  })
})

describe('JSON', () => {
  test('is masked by path, and its names may be in any order', () => {
    const before = [json({ id: 'x1', ok: true, list: [1, 2] }), json({ id: 'y2', ok: true, list: [1, 2] })]
    assert.deepEqual(differ(before, json({ list: [1, 2], ok: true, id: 'z3' })), [])
    assert.deepEqual(differ(before, json({ list: [1, 2], ok: false, id: 'z3' })), ['$.ok'])
    assert.deepEqual(differ(before, json({ ok: true, id: 'z3' })), ['$.list'])
    assert.deepEqual(differ(before, json({ list: [1], ok: true, id: 'z3' })), ['$.list.length'])
    assert.deepEqual(differ(before, json({ list: [1, 2], ok: true, id: 3 })), ['$.id'])
    assert.deepEqual(differ(before, json({ list: [1, 2], ok: true, id: 'z3', error: 'x' })), ['$.error'])
  })

  test('may have amounts of memory and times that were the same by chance', () => {
    const status = (uptime: number, version: number): ProbeAnswer => json({ uptime, rss: uptime * 7, version })
    assert.deepEqual(differ([status(0, 1), status(0, 1)], status(3, 1)), [])
    assert.deepEqual(differ([status(0, 1), status(0, 1)], status(3, 2)), ['$.version'])
  })
})

describe('always different is', () => {
  const before = [http('works'), http('works')]

  test('another status, with what the answer says', () => {
    const records = before.map((answer) => recordOf(answer))
    const after = recordOf(http("Cannot find module 'x'\n", { status: 500 }))
    assert.deepEqual(compareAnswers(records, after), [
      { title: 'GET /', what: 'status', before: '200: works', after: "500: Cannot find module 'x'" },
    ])
  })

  test('another content type, and a header that is gone', () => {
    assert.deepEqual(differ(before, http('works', { type: 'text/plain' })), ['header content-type'])
    const cached = http('works', { headers: { etag: '"1-a"', vary: 'accept' } })
    assert.deepEqual(differ([cached, cached], http('works', { headers: { etag: '"9-z"' } })), ['header vary'])
  })

  test('no answer, and an empty one', () => {
    assert.deepEqual(differ(before, { kind: 'none', reason: 'socket hang up' }), ['no answer'])
    assert.deepEqual(differ(bodies('a1', 'b2'), http('')), ['body'])
  })

  test('an app that ends, and a port where it does not listen', () => {
    const records = before.map((answer) => recordOf(answer))
    const after = recordOf(http('works'), { ports: [], endedEarly: { kind: 'signaled', signal: 'SIGSEGV' } })
    assert.deepEqual(
      compareAnswers(records, after).map(({ what }) => what),
      ['end', 'port'],
    )
  })

  test('a line of trouble in the log that no run before had', () => {
    const records = before.map((answer) => recordOf(answer, { stderr: Buffer.from('12:00:01 [error] 7 is gone\n') }))
    const known = recordOf(http('works'), { stderr: Buffer.from('hello\n13:00:09 [error] 8 is gone\n') })
    assert.deepEqual(compareAnswers(records, known), [])
    const added = recordOf(http('works'), { stderr: Buffer.from('open /x: no such file or directory\n') })
    assert.deepEqual(
      compareAnswers(records, added).map(({ after }) => after),
      ['open /x: no such file or directory'],
    )
  })
})

describe('a tool', () => {
  test('says the same word for word, but for what differs each time', () => {
    assert.deepEqual(differ([exit('made /drawn/a8x\n'), exit('made /drawn/b7y\n')], exit('made /drawn/c6z\n')), [])
    assert.deepEqual(differ([exit('made it\n'), exit('made it\n')], exit('made that\n')), ['stdout'])
  })

  test('ends with the same status', () => {
    assert.deepEqual(differ([exit('', 2), exit('', 2)], exit('', 1)), ['exit status'])
  })
})

test('an app that answers differently each time is told as such', () => {
  const records = [http('a'), http('b', { status: 500 })].map((answer) => recordOf(answer))
  assert.throws(() => compareAnswers(records, recordOf(http('a'))), {
    code: 'unstable-answers',
    message: /GET \/: status 200, then status 500/,
  })
})

const word = fc.stringMatching(/^[a-z]{3,9}$/)
const text = fc.array(word, { minLength: 1, maxLength: 40 })

describe('for all answers', () => {
  test('a record is as itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.integer({ min: 100, max: 599 }), (body, value, status) => {
        for (const answer of [http(body, { status }), json(value), exit(body)]) {
          assert.deepEqual(differ([answer, answer], answer), [])
        }
      }),
    )
  })

  test('each of the runs before is as they are', () => {
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 2, maxLength: 3 }), (common, others) => {
        const runs = others.map((other) => http([...common, ...other, ...common].join(' ')))
        for (const run of runs) assert.deepEqual(differ(runs, run), [])
      }),
    )
  })

  test('what is drawn at random is masked wherever it stands', () => {
    const encoding = fc.constantFrom<BufferEncoding>('hex', 'base64', 'base64url')
    const parts = fc.array(fc.tuple(text, encoding), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(parts, fc.nat(), (slots, seed) => {
        const page = (run: number): ProbeAnswer => {
          const shown = slots.map(([words, form], index) => {
            const drawn = createHash('sha256').update(`${seed} ${run} ${index}`).digest().subarray(8)
            return `${words.join(' ')}: ${drawn.toString(form)}`
          })
          return http(shown.join('; '))
        }
        assert.deepEqual(differ([page(0), page(1)], page(2)), [])
      }),
    )
  })

  test('another word is noticed where nothing is masked', () => {
    fc.assert(
      fc.property(text, fc.nat(), word, fc.uuid(), fc.uuid(), (words, at, other, id, nextId) => {
        const index = at % words.length
        fc.pre(words[index] !== other)
        const changed = words.with(index, other)
        const page = (list: readonly string[], drawn: string): string => `${list.join(' ')}\nrequest ${drawn}\n`
        const before = bodies(page(words, id), page(words, nextId))
        assert.deepEqual(differ(before, http(page(changed, id))), ['body'])
      }),
    )
  })

  test('another value is noticed in JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(word, fc.integer({ max: 1e6, min: 0 }), { minKeys: 1 }), fc.nat(), (value, at) => {
        const names = Object.keys(value).filter(
          (name) => !/^(?:now|date|time|timestamp|pid|load|cpu)$|rss|took|heap/.test(name),
        )
        const name = names[at % names.length]
        fc.pre(name !== undefined)
        const before = json({ id: 1, nested: [value] })
        const after = json({ id: 2, nested: [{ ...value, [name]: (value[name] ?? 0) + 1 }] })
        assert.deepEqual(differ([before, json({ id: 3, nested: [value] })], after), [`$.nested[0].${name}`])
      }),
    )
  })
})
