import { test } from 'node:test'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import { testContentPlace, type ContentPlace } from '../contracts/content-store.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'

if (registrySkipReason === false) {
  const registry = await startRegistry()
  const names = new Map<ContentPlace, string>()
  test.after(() => registry[Symbol.asyncDispose]())
  testContentPlace('a repository of docker-registry', {
    takesUpWrites: false,
    open() {
      const client = createRegistryClient({ environment: {} })
      const repository = `contract/${names.size}`
      const place = client.repository({ registry: registry.host, repository }, 'push')
      names.set(place, repository)
      return Promise.resolve({ place, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() })
    },
    name: (place, tag) => ({
      registry: registry.host,
      repository: names.get(place) ?? '',
      tag,
      digest: undefined,
    }),
  })
} else {
  test('a repository of docker-registry is a content place', { skip: registrySkipReason }, () => undefined)
}
