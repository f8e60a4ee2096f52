import { test } from 'node:test'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import { testContentPlace, type ContentPlace } from '../contracts/content-store.ts'
import { startMemoryRegistry } from '../support/memory-registry.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'

function testRepositoriesOf(title: string, host: string): void {
  const names = new Map<ContentPlace, string>()
  testContentPlace(title, {
    takesUpWrites: false,
    open() {
      const client = createRegistryClient({ environment: {} })
      const repository = `contract/${names.size}`
      const place = client.repository({ registry: host, repository }, 'push')
      names.set(place, repository)
      return Promise.resolve({ place, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() })
    },
    name: (place, tag) => ({ registry: host, repository: names.get(place) ?? '', tag, digest: undefined }),
  })
}

const memory = await startMemoryRegistry()
test.after(() => memory[Symbol.asyncDispose]())
testRepositoriesOf('a repository of a registry with the referrers API', memory.host)

if (registrySkipReason === false) {
  const registry = await startRegistry()
  test.after(() => registry[Symbol.asyncDispose]())
  testRepositoriesOf('a repository of docker-registry', registry.host)
} else {
  test('a repository of docker-registry is a content place', { skip: registrySkipReason }, () => undefined)
}
