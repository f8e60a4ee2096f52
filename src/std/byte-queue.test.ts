import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import { ByteQueue } from './byte-queue.ts'
import { readAll } from './bytes.ts'

/** Whether it has resolved when everything that can go on has gone on. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false
  void promise.then(() => (done = true))
  await setImmediate()
  return done
}

test('a piece is waited for until it is taken, and what comes first is taken first', async () => {
  const queue = new ByteQueue()
  const pushed = queue.push(Buffer.from('stern'))
  assert.equal(await isDone(pushed), false)
  const reader = queue[Symbol.asyncIterator]()
  assert.equal(Buffer.from((await reader.next()).value ?? []).toString(), 'stern')
  assert.equal(await isDone(pushed), true)
})

test('pieces of so many bytes may wait, and the one that is too many is waited for', async () => {
  const queue = new ByteQueue(10)
  assert.equal(await isDone(queue.push(Buffer.alloc(10))), true)
  const tooMany = queue.push(Buffer.alloc(1))
  assert.equal(await isDone(tooMany), false)
  const reader = queue[Symbol.asyncIterator]()
  await reader.next()
  assert.equal(await isDone(tooMany), false)
  await reader.next()
  assert.equal(await isDone(tooMany), true)
  assert.equal(await isDone(queue.push(Buffer.alloc(10))), true)
})

test('what was pushed before the end is read, and nothing is waited for behind it', async () => {
  const queue = new ByteQueue()
  const before = queue.push(Buffer.from('bow'))
  queue.end()
  assert.equal(await isDone(before), true)
  assert.equal(await isDone(queue.push(Buffer.from('keel'))), true)
  assert.equal(Buffer.from(await readAll(queue, 100)).toString(), 'bow')
})
