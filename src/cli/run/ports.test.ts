import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { choosePorts, exposedPorts, parsePublish, portNotices } from './ports.ts'

const shown = (word: string): readonly string[] =>
  parsePublish(word).map((each) => `${each.hostAddress} ${each.hostPort ?? '?'} ${each.containerPort} ${each.protocol}`)

describe('a port to publish', () => {
  test('is written as docker has it', () => {
    assert.deepEqual(shown('80'), ['0.0.0.0 ? 80 tcp'])
    assert.deepEqual(shown('8080:80'), ['0.0.0.0 8080 80 tcp'])
    assert.deepEqual(shown('127.0.0.1:8080:80/udp'), ['127.0.0.1 8080 80 udp'])
    assert.deepEqual(shown('127.0.0.1::80'), ['127.0.0.1 ? 80 tcp'])
    assert.deepEqual(shown('[::1]:8080:80'), ['::1 8080 80 tcp'])
    assert.deepEqual(shown('81-82:1-2'), ['0.0.0.0 81 1 tcp', '0.0.0.0 82 2 tcp'])
  })

  test('is refused where it is none', () => {
    for (const word of ['', 'a:80', '80:', '0:80', '80:65536', '80:1-2', '2-1:2-1', 'x:1:1', '1:2:3:4', '80:80/sctp']) {
      assert.throws(() => parsePublish(word), { code: 'wrong-usage', message: new RegExp(`^-p ${word}: `) }, word)
    }
  })

  test('is any that is free where the line does not say which', async () => {
    const wanted = [...exposedPorts(['80/tcp', '53/udp']), ...parsePublish('127.0.0.1::1')]
    const chosen = await choosePorts(wanted)
    assert.ok(chosen.every(({ hostPort }) => hostPort > 0))
    const [first = ''] = portNotices(wanted, chosen)
    assert.equal(first, `port 80/tcp is 0.0.0.0:${chosen[0]?.hostPort} of this machine`)
    const said = parsePublish('8080:80')
    assert.deepEqual(portNotices(said, await choosePorts(said)), [])
  })
})
