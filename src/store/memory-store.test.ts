import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { contentOf, sampleImage, writeContent, writeImage } from '../../test/contracts/content.ts'
import { testContentPlace } from '../../test/contracts/content-store.ts'
import { parseReference } from '../image/reference.ts'
import { createJob } from '../std/job.ts'
import { MemoryStore } from './memory-store.ts'

testContentPlace('memory', {
  open: async () => ({ place: new MemoryStore(), [Symbol.asyncDispose]: async () => undefined }),
  name: (_, tag) => parseReference(`example.com/app:${tag}`),
  takesUpWrites: false,
})

describe('MemoryStore', () => {
  test('refuses more than its bound', async () => {
    const store = new MemoryStore(1000)
    await writeContent(store, contentOf(randomBytes(600)))
    await assert.rejects(writeContent(store, contentOf(randomBytes(600))), { code: 'too-large' })
    await writeContent(store, contentOf(randomBytes(400)))
  })

  test('names nothing that is not whole', async () => {
    const store = new MemoryStore()
    const { manifest } = sampleImage()
    const name = parseReference('example.com/app:1')
    await assert.rejects(store.tag(name, manifest.descriptor, manifest.bytes, createJob()), { code: 'incomplete' })
    await assert.rejects(store.resolve(name, createJob()), { code: 'not-found' })
  })

  test('says which name was perhaps meant', async () => {
    const store = new MemoryStore()
    await writeImage(store, sampleImage(), parseReference('example.com/app:one'))
    await assert.rejects(store.resolve(parseReference('example.com/app:onne'), createJob()), {
      code: 'not-found',
      hint: 'Did you mean example.com/app:one?',
    })
  })
})
