import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isLoopback } from './loopback.ts'
import { transportError } from './transport-error.ts'

function coded(code: string, message = ''): Error {
  return Object.assign(new Error(message), { code })
}

describe('failures below HTTP', () => {
  test('are told apart', () => {
    const reason = '40:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../x.c:78:\n'
    const cases = [
      [coded('ECONNREFUSED'), 'absent'],
      [coded('ENOTFOUND'), 'absent'],
      [coded('EAI_AGAIN'), 'connect'],
      [coded('ECONNRESET'), 'lost'],
      [coded('EPIPE'), 'lost'],
      [coded('ERR_SSL_WRONG_VERSION_NUMBER', reason), 'not-tls'],
      [coded('EPROTO', `write EPROTO ${reason}`), 'not-tls'],
      [coded('EPROTO', 'something else'), 'tls'],
      [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'unknown-authority'],
      [coded('CERT_HAS_EXPIRED'), 'tls'],
      [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls'],
      [coded('HPE_INVALID_CONSTANT'), 'protocol'],
      [new Error('aborted'), 'lost'],
    ] as const
    for (const [error, failure] of cases) assert.equal(transportError(error).failure, failure, error.message)
  })

  test('say in a few words what is wrong', () => {
    const reason = '40:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../x.c:78:\n'
    assert.equal(transportError(coded('EPROTO', reason)).message, 'wrong version number')
    const refusals = [
      coded('ECONNREFUSED', 'connect to ::1 refused'),
      coded('ECONNREFUSED', 'connect to 127.0.0.1 refused'),
    ]
    const both = Object.assign(new AggregateError(refusals), { code: 'ECONNREFUSED' })
    assert.equal(transportError(both).message, 'connect to ::1 refused, connect to 127.0.0.1 refused')
  })

  test('of the parser do not keep what it could not read', () => {
    const error = Object.assign(coded('HPE_INVALID_CONSTANT', 'Parse Error'), { rawPacket: Buffer.from('secret') })
    assert.equal(transportError(error).cause, undefined)
  })
})

describe('loopback', () => {
  test('is this machine by name or address', () => {
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.1', '[::1]']) assert(isLoopback(name), name)
    for (const name of ['127.0.0.1.nip.io', 'localhost.example', '10.0.0.1', '[::2]', '1270.0.0.1', '']) {
      assert(!isLoopback(name), name)
    }
  })
})
