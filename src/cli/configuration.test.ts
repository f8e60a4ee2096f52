import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { defaultLimits } from '../std/limits.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { loadConfiguration, storePath } from './configuration.ts'

describe('loadConfiguration', () => {
  test('has defaults where there is no file', async () => {
    await using home = await temporaryDirectory()
    const configuration = await loadConfiguration({ HOME: home.path })
    assert.deepEqual(configuration, {
      store: undefined,
      registries: {},
      limits: defaultLimits,
      build: { caCertificates: undefined },
    })
  })

  test('reads the file of the XDG folder, with paths from the file and from home', async () => {
    await using home = await temporaryDirectory()
    const folder = join(home.path, '.config', 'wherry')
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, 'config.yaml'),
      `store: ~/images
registries:
  docker.io: { ca-file: ca.pem, mirrors: [mirror.example.com, { location: b.example.com, tls-verify: false }] }
limits: { transfers: 2 }
build: { ca-certificates: company.pem }
`,
    )
    assert.deepEqual(await loadConfiguration({ HOME: home.path }), {
      store: join(home.path, 'images'),
      registries: {
        'docker.io': {
          caFile: join(folder, 'ca.pem'),
          mirrors: [{ location: 'mirror.example.com' }, { location: 'b.example.com', tlsVerify: false }],
        },
      },
      limits: { ...defaultLimits, transfersMax: 2 },
      build: { caCertificates: join(folder, 'company.pem') },
    })
  })

  test('refuses when the file that WHERRY_CONFIG names is not there', async () => {
    await assert.rejects(loadConfiguration({ WHERRY_CONFIG: '/nowhere/config.yaml' }), {
      code: 'bad-configuration',
      hint: 'WHERRY_CONFIG names this file.',
    })
  })
})

describe('storePath', () => {
  const configuration = { store: '/configured', registries: {}, limits: defaultLimits }
  const unconfigured = { ...configuration, store: undefined }

  test('asks the option, the environment, the configuration and XDG, in this order', () => {
    const environment = { WHERRY_STORE: '/environment', XDG_DATA_HOME: '/data', HOME: '/home/me' }
    assert.equal(storePath('/option', environment, configuration), '/option')
    assert.equal(storePath(undefined, environment, configuration), '/environment')
    assert.equal(storePath(undefined, { ...environment, WHERRY_STORE: '' }, configuration), '/configured')
    assert.equal(storePath(undefined, { XDG_DATA_HOME: '/data' }, unconfigured), '/data/wherry')
    assert.equal(storePath(undefined, { HOME: '/home/me' }, unconfigured), '/home/me/.local/share/wherry')
  })

  test('ignores a relative XDG_DATA_HOME, as its specification asks', () => {
    const environment = { XDG_DATA_HOME: 'data', HOME: '/home/me' }
    assert.equal(storePath(undefined, environment, unconfigured), '/home/me/.local/share/wherry')
  })
})
