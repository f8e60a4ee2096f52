import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CliError } from '../errors.ts'
import { parseConfiguration } from './parse.ts'

function failure(text: string): string {
  try {
    parseConfiguration(text, 'config.yaml')
  } catch (error) {
    assert.ok(error instanceof CliError)
    assert.equal(error.code, 'bad-configuration')
    return `${error.message}\nhint: ${error.hint ?? ''}`
  }
  assert.fail('it was accepted')
}

describe('parseConfiguration', () => {
  test('reads everything that may be set', () => {
    const text = `
store: ~/images
registries:
  docker.io:
    mirrors:
      - mirror.example.com:5000
      - location: other.example.com/hub
        ca-file: other.pem
  localhost:5000: { tls-verify: false }
limits:
  transfers: 3
  layer-size: 10GB
  manifest-size: 2000000
`
    assert.deepEqual(parseConfiguration(text, 'config.yaml'), {
      store: '~/images',
      registries: {
        'docker.io': {
          mirrors: [
            { location: 'mirror.example.com:5000' },
            { location: 'other.example.com/hub', 'ca-file': 'other.pem' },
          ],
        },
        'localhost:5000': { 'tls-verify': false },
      },
      limits: { transfers: 3, 'layer-size': 10_000_000_000, 'manifest-size': 2_000_000 },
    })
  })

  test('takes an empty file', () => {
    assert.deepEqual(parseConfiguration('# nothing\n', 'config.yaml'), {})
  })

  test('points at an unknown key and names the one that was meant', () => {
    assert.equal(
      failure('registries:\n  docker.io:\n    mirors:\n      - a.example.com\n'),
      `config.yaml:3:5: registries.docker.io.mirors: unknown key
3 |     mirors:
  |     ^^^^^^
hint: Did you mean mirrors?`,
    )
    assert.equal(
      failure('limits: { transfers: 3, colour: red }'),
      `config.yaml:1:25: limits.colour: unknown key
1 | limits: { transfers: 3, colour: red }
  |                         ^^^^^^
hint: Known here: transfers, layers, layer-entries, layer-size, manifest-size.`,
    )
  })

  test('points at a key of a mirror too', () => {
    assert.match(
      failure('registries:\n  docker.io:\n    mirrors:\n      - location: a.example.com\n        ca: x.pem\n'),
      /^config\.yaml:5:9: registries\.docker\.io\.mirrors\.0\.ca: unknown key\n5 \| {9}ca: x\.pem\n {2}\| {9}\^\^\nhint: /,
    )
  })

  test('points at a value that does not fit', () => {
    assert.equal(
      failure('limits:\n  transfers: many\n'),
      `config.yaml:2:14: limits.transfers: must be a whole number
2 |   transfers: many
  |              ^^^^
hint: docs/config.schema.json lists what may stand there.`,
    )
    assert.match(failure('limits: { layer-size: 3 apples }'), /:23: limits\.layer-size: must be a number of bytes/)
    assert.match(
      failure('registries: { docker.io: { mirrors: ["https://a.example.com"] } }'),
      /mirrors\.0: must be a registry such as mirror\.example\.com:5000, without https/,
    )
  })

  test('points at a registry that is none', () => {
    assert.match(
      failure('registries:\n  "not a host": {}\n'),
      /^config\.yaml:2:3: registries\.not a host: is not a registry/,
    )
  })

  test('points at YAML that is none', () => {
    assert.match(failure('store: [a\nlimits: {}\n'), /^config\.yaml:\d+:\d+: .+\n\d+ \| /)
    assert.match(failure('store: a\nstore: b\n'), /^config\.yaml:2:1: Map keys must be unique/)
  })

  test('refuses what is no map at all', () => {
    assert.match(failure('- a\n- b\n'), /^config\.yaml:1:1: the file: must be a map, not a list/)
    assert.match(failure('limits: [1]\n'), /limits: must be a map, not a list/)
    assert.match(failure('some text\n'), /^config\.yaml:1:1: must hold store, registries, limits or build/)
  })
})
