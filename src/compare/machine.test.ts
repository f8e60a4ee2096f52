import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CompareError } from './errors.ts'
import { parseMachine, simulationText } from './machine.ts'

describe('parseMachine', () => {
  test('takes settings, and leaves out what is not said', () => {
    assert.deepEqual(parseMachine('cpus=1,memory=2g,net=100mbit,latency=20ms'), {
      text: 'cpus=1,memory=2g,net=100mbit,latency=20ms',
      ...{ cpus: 1, memoryBytes: 2 ** 31, bitsPerSecond: 1e8, latencyMs: 20 },
    })
    const { cpus, memoryBytes, bitsPerSecond, latencyMs } = parseMachine('net=1.5gbit')
    assert.deepEqual([cpus, memoryBytes, bitsPerSecond, latencyMs], [undefined, undefined, 1.5e9, undefined])
    assert.equal(parseMachine('latency=0.1s').latencyMs, 100)
    assert.equal(parseMachine('memory=512MiB').memoryBytes, 512 * 2 ** 20)
  })

  test('knows a large and a small one, of which parts can be others', () => {
    const [large, small] = [parseMachine('large'), parseMachine('small')]
    assert.ok((large.cpus ?? 0) > (small.cpus ?? 0) && (large.bitsPerSecond ?? 0) > (small.bitsPerSecond ?? 0))
    assert.deepEqual(parseMachine('small,latency=5ms'), { ...small, text: 'small,latency=5ms', latencyMs: 5 })
  })

  const wrongs = ['', 'huge', 'cpus', 'cpus=0', 'cpus=0.5', 'cpus=-1', 'memory=2', 'memory=g', 'net=100', 'net=0mbit']
  for (const text of [...wrongs, 'latency=20', 'latency=1.2.3ms', 'small,', 'cpus=1,small', 'disk=fast', 'toString']) {
    test(`says what is wrong with ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseMachine(text),
        (error) => error instanceof CompareError && error.code === 'bad-machine' && error.hint !== undefined,
      )
    })
  }
})

test('a card says what was imitated, and what was not', () => {
  const text = simulationText({
    asked: 'small',
    simulated: ['1 processor', '100 Mbit/s'],
    missing: ['memory: no cgroup'],
  })
  assert.equal(text, 'Machine small: 1 processor, 100 Mbit/s. Not imitated: memory: no cgroup.')
})
