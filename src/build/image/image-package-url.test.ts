import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageUri } from './image-package-url.ts'

const amd64 = { os: 'linux', architecture: 'amd64' }
const digest = `sha256:${'a'.repeat(64)}`

// The forms of BuildKit's provenance.
for (const [text, uri] of [
  ['alpine:3.19', 'pkg:docker/alpine@3.19?platform=linux%2Famd64'],
  ['me/app', 'pkg:docker/me/app@latest?platform=linux%2Famd64'],
  ['localhost:5000/a/b:1', 'pkg:docker/localhost:5000/a/b@1?platform=linux%2Famd64'],
  [`alpine@${digest}`, `pkg:docker/alpine?digest=${digest}&platform=linux%2Famd64`],
  ['oci-layout://some/Folder', 'oci-layout://some/Folder'],
] as const) {
  test(`${text} is ${uri}`, () => {
    assert.equal(imageUri(text, amd64), uri)
  })
}
