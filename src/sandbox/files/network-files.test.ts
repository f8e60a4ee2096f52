import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { resolverFile } from './network-files.ts'

describe('/etc/resolv.conf', () => {
  test('is that of the host where the network is', () => {
    assert.equal(resolverFile('nameserver 127.0.0.53\n', 'host', undefined), 'nameserver 127.0.0.53\n')
  })

  test('names no resolver of the loopback in a network of its own', () => {
    const host = '# by hand\nsearch home\nnameserver 127.0.0.1\nnameserver ::1\nnameserver 10.0.0.1\noptions ndots:0\n'
    assert.equal(
      resolverFile(host, 'private', undefined),
      '# by hand\nsearch home\nnameserver 10.0.0.1\noptions ndots:0\n',
    )
  })

  test('names another where none is left', () => {
    assert.equal(resolverFile('nameserver 127.0.0.1\n', 'private', '10.0.2.3'), 'nameserver 10.0.2.3\n')
    assert.equal(resolverFile('', 'none', undefined), 'nameserver 8.8.8.8\nnameserver 8.8.4.4\n')
  })
})
