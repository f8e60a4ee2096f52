import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatReference } from '../image/reference.ts'
import { ToolchainError } from './errors.ts'
import { parsePlace } from './place-name.ts'

function registry(text: string): string {
  const place = parsePlace(text)
  assert.ok(place.kind === 'registry')
  return formatReference(place.reference)
}

describe('parsePlace', () => {
  test('takes a bare name and docker:// for a registry', () => {
    assert.equal(registry('node:22'), 'docker.io/library/node:22')
    assert.equal(registry('docker://node:22'), 'docker.io/library/node:22')
    assert.equal(registry('localhost:5000/app'), 'localhost:5000/app:latest')
    assert.equal(registry('docker://[::1]:5000/app:1'), '[::1]:5000/app:1')
  })

  test('takes the store and files, with and without a name inside', () => {
    assert.deepEqual(parsePlace('store:app:1'), { kind: 'store', name: 'app:1' })
    assert.deepEqual(parsePlace('oci:dir'), { kind: 'oci', path: 'dir', name: undefined })
    assert.deepEqual(parsePlace('oci:a/b:latest'), { kind: 'oci', path: 'a/b', name: 'latest' })
    assert.deepEqual(parsePlace('oci-archive:/a.tar:x:1'), { kind: 'oci-archive', path: '/a.tar', name: 'x:1' })
    assert.deepEqual(parsePlace('docker-archive:a.tar:'), { kind: 'docker-archive', path: 'a.tar', name: undefined })
  })

  test('says what is wrong', () => {
    const wrong = (text: string, message: RegExp): void => {
      assert.throws(
        () => parsePlace(text),
        (error) =>
          error instanceof ToolchainError &&
          error.code === 'bad-request' &&
          message.test(`${error.message} ${error.hint}`),
      )
    }
    wrong('store:', /store: needs the name/)
    wrong('oci::x', /oci: needs a path/)
    wrong('dokcer://node', /Did you mean docker:\/\/\?/)
    wrong('https://example.com/app', /Places: docker/)
  })
})
