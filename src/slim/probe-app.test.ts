import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { describe, test } from 'node:test'
import { makeServerCertificate } from '../../test/support/certificates.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { compareAnswers } from './compare-answers.ts'
import { planProbes } from './plan-probes.ts'
import { probeApp, repeatPlan } from './probe-app.ts'
import type { Probe, ProbePlan, ProbeRecord } from './probe.ts'
import { getProbe } from './probing/explore.ts'
import { fakeApp, httpApp } from './probing/testing/fake-app.ts'

const job = createJob()
const usual = planOf([])

function planOf(probes: readonly Probe[], exposed: readonly string[] = []): ProbePlan {
  const config = {
    ...{ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers' as const, diff_ids: [] } },
    config: { ExposedPorts: Object.fromEntries(exposed.map((name) => [name, {}])) },
  }
  const plan = planProbes(config, { probes, explores: undefined, readyMs: 2000, answerMs: 2000 })
  return plan
}

async function ask(listener: RequestListener, plan = usual): Promise<ProbeRecord> {
  await using app = await httpApp(listener)
  return await probeApp(app, plan, job)
}

function titlesOf({ asked }: ProbeRecord, round = 'first'): readonly string[] {
  return asked.filter((each) => each.round === round).map(({ title }) => title)
}

describe('asking a server', () => {
  test('follows the links of its pages, and asks everything once again', async () => {
    const record = await ask((request, response) => {
      response.setHeader('content-type', 'text/html')
      response.statusCode = request.url === '/' || request.url === '/style.css' ? 200 : 404
      response.end(
        request.url === '/' ? '<link href="style.css"><a href=/about>x</a><a href="http://elsewhere/">y</a>' : '',
      )
    })
    const titles = ['GET /', 'GET /style.css', 'GET /about', 'GET /wherry-probe-of-what-is-not-there']
    assert.deepEqual(titlesOf(record), titles)
    assert.deepEqual(titlesOf(record, 'again'), titles)
    assert.equal(record.endedEarly, undefined)
    assert.deepEqual(record.ports, [8080])
    assert.ok((record.firstAnswerMs ?? 0) > 0)
  })

  test('asks the operations of an OpenAPI document', async () => {
    const record = await ask((request, response) => {
      response.setHeader('content-type', 'application/json')
      if (request.url !== '/openapi.json') return void response.end('{}')
      const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'integer', default: 7 } }]
      const paths = { '/items': { get: {}, post: {} }, '/items/{id}': { get: { parameters } }, '/x/{y}': { get: {} } }
      response.end(JSON.stringify({ openapi: '3.1.0', paths }))
    })
    const titles = titlesOf(record)
    assert.ok(titles.includes('GET /items') && titles.includes('GET /items/7'))
    assert.ok(!titles.some((title) => title.includes('/x/')))
  })

  test('repeats what was asked, and finds the same', async () => {
    let runs = 0
    const listener: RequestListener = (request, response) => response.end(`${request.url} of run ${runs}`)
    const first = await ask(listener)
    runs += 1
    const plan = repeatPlan(usual, first)
    const second = await ask(listener, plan)
    runs += 1
    const third = await ask(listener, plan)
    assert.deepEqual(titlesOf(second), titlesOf(first))
    assert.deepEqual(compareAnswers([first, second], third), [])
  })

  test('notices an app that fails on its second request', async () => {
    const steady = await ask((_, response) => response.end('works'))
    let count = 0
    const failing = await ask(
      (_, response) => {
        count += 1
        response.statusCode = count > 4 ? 500 : 200
        response.end('works')
      },
      repeatPlan(usual, steady),
    )
    assert.ok(compareAnswers([steady, steady], failing).some(({ what }) => what === 'status'))
  })

  test('takes what does not speak HTTP for no answer', async () => {
    await using app = fakeApp()
    const server = createTcpServer((socket) => socket.on('error', () => undefined).end('-ERR unknown command\r\n'))
    await app.serve(6379, server)
    const { asked } = await probeApp(app, planOf([getProbe('/')]), job)
    assert.deepEqual(asked[0]?.answer, { kind: 'none', reason: 'the answer is not HTTP: -ERR unknown command' })
  })

  test('speaks TLS where the app does, whoever signed its certificate', async () => {
    await using folder = await temporaryDirectory()
    const files = await makeServerCertificate(folder.path)
    const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)])
    await using app = fakeApp()
    await app.serve(
      8443,
      createTlsServer({ cert, key }, (_, response) => response.end('secure')),
    )
    const { asked } = await probeApp(app, planOf([getProbe('/')]), job)
    assert.ok(asked.every(({ answer }) => answer.kind === 'http' && Buffer.from(answer.body).toString() === 'secure'))
  })

  test('tells an app that ends when it is asked', async () => {
    await using app = await httpApp((_, response) => {
      app.say('Segmentation fault\n', 'stderr')
      app.end({ kind: 'signaled', signal: 'SIGSEGV' })
      response.destroy()
    })
    await assert.rejects(probeApp(app, usual, job), { code: 'never-ready', message: /GET \/: killed by SIGSEGV.*said/ })
  })

  test('prefers the port that the image exposes', async () => {
    await using app = await httpApp((_, response) => response.end('app'))
    const server = createTcpServer((socket) => socket.destroy())
    await app.serve(9, server)
    const { asked } = await probeApp(app, planOf([getProbe('/')], ['8080/tcp']), job)
    assert.equal(asked[0]?.answer.kind, 'http')
  })
})

describe('an app that does not listen', () => {
  test('is a tool when it ends', async () => {
    await using app = fakeApp()
    app.say('usage: tool\n')
    app.end({ kind: 'exited', status: 2 })
    const record = await probeApp(app, usual, job)
    assert.deepEqual(titlesOf(record), ['exit'])
    assert.equal(repeatPlan(usual, record).expects, 'ends')
  })

  test('is told with the connection that failed', async () => {
    await using app = fakeApp()
    app.say('Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap\n', 'stderr')
    app.end({ kind: 'exited', status: 1 })
    await assert.rejects(probeApp(app, usual, job), {
      code: 'never-ready',
      message: /exit status 1.*could not connect to 127\.0\.0\.1:5432/,
      hint: /--network host/,
    })
  })

  test('is an answer of a repetition, and no error', async () => {
    const first = await ask((_, response) => response.end('works'))
    await using app = fakeApp()
    app.say('error while loading shared libraries: libz.so.1\n', 'stderr')
    app.end({ kind: 'exited', status: 127 })
    const record = await probeApp(app, repeatPlan(usual, first), job)
    const [difference] = compareAnswers([first, first], record)
    assert.equal(difference?.what, 'no answer')
    assert.ok(compareAnswers([first, first], record).some(({ after }) => after.includes('libz.so.1')))
  })

  test('is said to show nothing when it does not end either', async () => {
    await using app = fakeApp()
    await assert.rejects(probeApp(app, { ...usual, readyMs: 50 }, job), { code: 'nothing-to-probe' })
  })

  test('is asked by its health check', async () => {
    await using app = fakeApp()
    const plan = planOf([{ kind: 'health', command: ['healthy', 'ok'] }])
    const record = await probeApp(app, plan, job)
    assert.equal(record.asked[0]?.answer.kind, 'process')
  })
})

describe('a command of this machine', () => {
  test('finds the app on loopback', async () => {
    const script = `node -e 'fetch(process.env.WHERRY_URL).then(async (r) => console.log(await r.text()))'`
    const record = await ask((_, response) => response.end('hello'), planOf([{ kind: 'command', command: script }]))
    const answer = record.asked[0]?.answer
    assert.ok(answer?.kind === 'process')
    assert.equal(Buffer.from(answer.stdout).toString(), 'hello\n')
    assert.deepEqual(answer.result, { kind: 'exited', status: 0 })
  })
})
