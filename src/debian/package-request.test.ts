import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePackageRequest } from './package-request.ts'

describe('parsePackageRequest', () => {
  const nothing = {
    architecture: undefined,
    constraint: undefined,
    versionPattern: undefined,
    suite: undefined,
  }
  const requests = {
    nodejs: { name: 'nodejs' },
    ' libstdc++6 ': { name: 'libstdc++6' },
    'nodejs (>= 18)': { name: 'nodejs', constraint: { relation: '>=', version: '18' } },
    'nodejs=18.19.0+dfsg-6~deb12u2': {
      name: 'nodejs',
      constraint: { relation: '=', version: '18.19.0+dfsg-6~deb12u2' },
    },
    'zlib1g=1:1.2.13': { name: 'zlib1g', constraint: { relation: '=', version: '1:1.2.13' } },
    'nodejs=18.*': { name: 'nodejs', versionPattern: '18.*' },
    'nodejs/bookworm-backports': { name: 'nodejs', suite: 'bookworm-backports' },
    'libc6:arm64': { name: 'libc6', architecture: 'arm64' },
    'libc6:arm64=2.36': { name: 'libc6', architecture: 'arm64', constraint: { relation: '=', version: '2.36' } },
    'libc6:arm64 (<< 3)': { name: 'libc6', architecture: 'arm64', constraint: { relation: '<<', version: '3' } },
  }
  for (const [text, expected] of Object.entries(requests)) {
    test(`reads '${text}'`, () => {
      assert.deepEqual(parsePackageRequest(text).request, { ...nothing, ...expected, text: text.trim() })
    })
  }

  const mistakes = {
    '': 'bad-package-name: ',
    'nodejs=v18': 'bad-version: nodejs=v18',
    ' nodejs >= 18': 'missing-parentheses: nodejs >= 18',
    'nodejs, npm': 'unexpected-text: nodejs, npm',
    'nodejs | npm': 'unexpected-text: nodejs | npm',
    'nodejs [amd64]': 'unexpected-text: nodejs [amd64]',
    no_de: 'bad-package-name: no_de',
    'nodejs/': 'bad-package-name: nodejs/',
  }
  for (const [text, expected] of Object.entries(mistakes)) {
    test(`says what is wrong with '${text}'`, () => {
      const { problem } = parsePackageRequest(text)
      assert.ok(problem !== undefined)
      assert.equal(`${problem.code}: ${text.slice(problem.range.start, problem.range.end)}`, expected)
    })
  }
})
