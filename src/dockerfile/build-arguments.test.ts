import assert from 'node:assert/strict'
import { test } from 'node:test'
import { automaticArguments, proxyEnvironment } from './build-arguments.ts'

test('platforms are spelled out in all their parts', () => {
  const found = automaticArguments(
    { os: 'linux', architecture: 'arm', variant: 'v7' },
    { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348' },
    'app',
  )
  assert.deepEqual(Object.fromEntries(found), {
    BUILDPLATFORM: 'linux/arm/v7',
    BUILDOS: 'linux',
    BUILDOSVERSION: '',
    BUILDARCH: 'arm',
    BUILDVARIANT: 'v7',
    TARGETPLATFORM: 'windows(10.0.20348)/amd64',
    TARGETOS: 'windows',
    TARGETOSVERSION: '10.0.20348',
    TARGETARCH: 'amd64',
    TARGETVARIANT: '',
    TARGETSTAGE: 'app',
  })
})

test('proxies are variables of RUN in both spellings', () => {
  const found = proxyEnvironment(new Map([['Http_Proxy', 'p'], ['no_proxy', 'n'], ['OTHER', 'o']])) // prettier-ignore
  assert.deepEqual(Object.fromEntries(found), { HTTP_PROXY: 'p', http_proxy: 'p', NO_PROXY: 'n', no_proxy: 'n' })
})
