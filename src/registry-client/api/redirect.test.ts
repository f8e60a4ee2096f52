import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createConnections } from '../../http/connections.ts'
import { createTransmitter } from '../http/transmitter.ts'
import { TransportError } from '../../http/transport-error.ts'
import { locationUrl } from './redirect.ts'

const connections = createConnections({
  tlsVerify: true,
  environment: {},
  loadCertificates: () => Promise.resolve({ authorities: [], clientPairs: [] }),
})
const timeouts = { connectTimeoutMs: 1, idleTimeoutMs: 1 }

function location(scheme: 'http' | 'https', text: string): string {
  const settings = { host: 'registry.example:5000', isPlainAllowed: false, isShownClientCertificate: false }
  const transmitter = createTransmitter({ ...settings, ...timeouts, scheme }, connections)
  return locationUrl(transmitter, transmitter.urlOf('/v2/app/blobs/uploads/1?a=b'), text).href
}

describe('a Location header', () => {
  test('is relative to what was asked, and its query stays as it is', () => {
    const base = 'https://registry.example:5000/v2/app/blobs/uploads'
    assert.equal(location('https', '2?_state=a%20b%3D~'), `${base}/2?_state=a%20b%3D~`)
    assert.equal(location('https', '/v2/x'), 'https://registry.example:5000/v2/x')
    assert.equal(location('https', '//cdn.example/x'), 'https://cdn.example/x')
    assert.equal(location('http', 'http://cdn.example/x'), 'http://cdn.example/x')
    assert.equal(location('http', 'https://cdn.example/x'), 'https://cdn.example/x')
  })

  test('to the server itself by plain HTTP means itself by TLS', () => {
    const expected = 'https://registry.example:5000/v2/x?y'
    assert.equal(location('https', 'http://registry.example/v2/x?y'), expected)
    assert.equal(location('https', 'http://registry.example:5000/v2/x?y'), expected)
  })

  test('never brings a user name along', () => {
    assert.equal(location('https', 'https://ada:secret@cdn.example/x#y'), 'https://cdn.example/x')
  })

  test('to anywhere else by plain HTTP, or by another scheme, is not followed', () => {
    for (const text of ['http://cdn.example/x', 'file:///etc/passwd', 'ftp://registry.example/x', 'https://']) {
      assert.throws(() => location('https', text), TransportError, text)
    }
  })
})
