import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { createJob, systemClock, type Job } from '../std/job.ts'
import { builtImage } from '../../test/support/built-image.ts'
import { file, symbolicLink, type LayerItem } from '../../test/support/layers.ts'
import { temporaryStore } from '../../test/support/store.ts'
import { attestImages, type Attestation, type BuildFacts } from './attest-images.ts'
import { parseAttest, parseProvenance, parseSbom, type AttestationOptions } from './attestation-options.ts'
import { buildMetadata } from './build-metadata.ts'

const startedMs = Date.parse('2026-01-02T03:04:05Z')
const job = createJob({ clock: { ...systemClock, now: () => startedMs + 61_000 } })

const facts: BuildFacts = {
  request: {
    document: parseDockerfile('FROM scratch AS one\n\nCOPY a \\\n  /a\nRUN --mount=type=secret,id=token true\n')
      .document,
    dockerfileName: 'Dockerfile.shop',
    target: 'one',
    buildArguments: new Map([
      ['VERSION', '7'],
      ['HTTP_PROXY', 'http://me:password@proxy:3128'],
    ]),
    labels: new Map([['team', 'shop']]),
    secrets: new Map([['token', { read: () => Promise.reject(new Error('a secret was read')) }]]),
    sshAgents: new Map([['default', { answer: () => Promise.resolve(new Uint8Array()) }]]),
    network: 'default',
    namedContexts: new Map([['lib', { kind: 'image', reference: 'localhost/lib:1' }]]),
  },
  startedMs,
  source: undefined,
  localSources: ['context', 'dockerfile'],
  vcs: { source: 'https://me:password@host/shop.git', revision: 'abc' },
}

async function attest(
  options: Partial<AttestationOptions>,
  layers: readonly (readonly LayerItem[])[],
  watched: Job = job,
): Promise<readonly Attestation[]> {
  await using place = await temporaryStore()
  const image = {
    ...(await builtImage(place.store, { layers })),
    materials: [
      { uri: 'pkg:docker/b@1?platform=linux%2Famd64', digest: `sha256:${'b'.repeat(64)}` as const },
      { uri: 'https://me:password@host/a.git', digest: { gitCommit: 'a'.repeat(40) } },
    ],
  }
  const all = { provenance: undefined, sbom: undefined, ...options }
  const attestations = await attestImages([image], all, facts, place.store.layersPath, watched)
  return attestations.get(image) ?? []
}

const json = (value: unknown): string => JSON.stringify(value)

describe('provenance', () => {
  test('of mode=min has materials and times, and nothing that was passed to the build', async () => {
    const [made] = await attest({ provenance: parseProvenance('true') }, [])
    assert.equal(made?.predicateType, 'https://slsa.dev/provenance/v1')
    const predicate: unknown = structuredClone(made.predicate)
    assert.partialDeepStrictEqual(predicate, {
      buildDefinition: {
        externalParameters: {
          configSource: { path: 'Dockerfile.shop' },
          request: {
            frontend: 'dockerfile.v0',
            args: { 'context:lib': 'localhost/lib:1', target: 'one' },
            locals: [{ name: 'context' }, { name: 'dockerfile' }],
          },
        },
        resolvedDependencies: [
          { uri: 'https://host/a.git', digest: { sha1: 'a'.repeat(40) } },
          { uri: 'pkg:docker/b@1?platform=linux%2Famd64', digest: { sha256: 'b'.repeat(64) } },
        ],
      },
      runDetails: {
        builder: { id: '' },
        metadata: {
          startedOn: '2026-01-02T03:04:05.000Z',
          finishedOn: '2026-01-02T03:05:06.000Z',
          buildkit_metadata: { vcs: { source: 'https://host/shop.git', revision: 'abc' } },
          buildkit_completeness: { request: false, resolvedDependencies: false },
          buildkit_reproducible: false,
        },
      },
    })
    assert.doesNotMatch(json(predicate), /VERSION|team|token|password|RUN/)
  })

  test('of mode=max has the Dockerfile, arguments and names of secrets, but no secret', async () => {
    const [made] = await attest({ provenance: parseProvenance('mode=max,reproducible=true') }, [])
    assert.partialDeepStrictEqual(made?.predicate, {
      buildDefinition: {
        externalParameters: {
          request: {
            args: { 'build-arg:VERSION': '7', 'label:team': 'shop', 'build-arg:HTTP_PROXY': 'http://proxy:3128' },
            secrets: [{ id: 'token' }],
            ssh: [{ id: 'default' }],
          },
        },
        internalParameters: {
          buildConfig: { steps: [{ id: 'step0', lines: { start: 1, end: 1 } }, { lines: { start: 3, end: 4 } }] },
        },
      },
      runDetails: {
        metadata: {
          buildkit_reproducible: true,
          buildkit_completeness: { request: true },
          buildkit_metadata: {
            source: {
              infos: [
                {
                  filename: 'Dockerfile.shop',
                  data: Buffer.from(facts.request.document.text).toString('base64'),
                },
              ],
              locations: { step1: { locations: [{ ranges: [{ start: { line: 3 }, end: { line: 4 } }] }] } },
            },
          },
        },
      },
    })
    assert.doesNotMatch(json(made?.predicate), /password/)
  })

  test('of version v0.2 says the same in its fields', async () => {
    const [made] = await attest({ provenance: parseProvenance('version=v0.2,builder-id=https://ci/1') }, [])
    assert.equal(made?.predicateType, 'https://slsa.dev/provenance/v0.2')
    assert.partialDeepStrictEqual(made.predicate, {
      builder: { id: 'https://ci/1' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      materials: [{ uri: 'https://host/a.git' }, { digest: { sha256: 'b'.repeat(64) } }],
      invocation: { configSource: { entryPoint: 'Dockerfile.shop' }, parameters: { frontend: 'dockerfile.v0' } },
      metadata: {
        buildStartedOn: '2026-01-02T03:04:05.000Z',
        completeness: { environment: true },
        reproducible: false,
      },
    })
  })

  test('goes into the metadata of the build', async () => {
    await using place = await temporaryStore()
    const image = await builtImage(place.store, { layers: [] })
    const options = { provenance: parseProvenance('true'), sbom: undefined }
    const attestations = await attestImages([image], options, facts, place.store.layersPath, job)
    const metadata = buildMetadata({ image: undefined, names: [] }, attestations)
    assert.deepEqual(Object.keys(metadata), ['buildx.build.provenance'])
  })
})

const dpkg = `Package: libssl3
Status: install ok installed
Maintainer: OpenSSL Team <team@example.org>
Architecture: amd64
Source: openssl (3.0.1-1)
Version: 3.0.1-1+b1
Description: TLS library
 more

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
Maintainer: x
`

const apk = `C:Q1
P:musl
V:1.2.5-r0
A:x86_64
T:the C library
o:musl

P:libcrypto3
V:3.3.0-r0
A:x86_64
o:openssl
`

const system = [
  file('usr/lib/os-release', 'NAME="Debian"\nID=debian\nVERSION_ID="13"\n'),
  symbolicLink('etc/os-release', '../usr/lib/os-release'),
]

interface Spdx {
  readonly packages: readonly {
    readonly name: string
    readonly externalRefs?: readonly { referenceLocator: string }[]
  }[]
}

function urlsOf(made: Attestation | undefined): readonly string[] {
  const document: Spdx = JSON.parse(json(made?.predicate))
  return document.packages.flatMap(({ externalRefs = [] }) => externalRefs.map((each) => each.referenceLocator))
}

describe('a bill of materials', () => {
  const sbom = parseSbom('true')

  test('has what dpkg has installed, in its database and in status.d', async () => {
    const records = [
      file('var/lib/dpkg/status', dpkg),
      file('var/lib/dpkg/status.d/tzdata', 'Package: tzdata\nVersion: 2026a-1\nArchitecture: all\n'),
      file('var/lib/dpkg/status.d/tzdata.md5sums', 'd41d8 usr/share/x\n'),
    ]
    const [made] = await attest({ sbom }, [system, records])
    assert.equal(made?.predicateType, 'https://spdx.dev/Document')
    assert.deepEqual(urlsOf(made), [
      'pkg:deb/debian/libssl3@3.0.1-1%2Bb1?arch=amd64&distro=debian-13&upstream=openssl%403.0.1-1',
      'pkg:deb/debian/tzdata@2026a-1?arch=all&distro=debian-13',
    ])
    const again = await attest({ sbom }, [system, records])
    assert.equal(json(again), json([made]))
  })

  test("has apk's packages", async () => {
    const alpine = [file('etc/os-release', 'ID=alpine\nVERSION_ID=3.20.1\n'), file('lib/apk/db/installed', apk)]
    const [made] = await attest({ sbom }, [alpine])
    assert.deepEqual(urlsOf(made), [
      'pkg:apk/alpine/libcrypto3@3.3.0-r0?arch=x86_64&distro=alpine-3.20.1&upstream=openssl',
      'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1',
    ])
  })

  test('tells what it lacks', async () => {
    const notices: string[] = []
    const watched = createJob({
      emit: (event) => {
        if (event.type === 'notice') notices.push(event.message)
      },
    })
    const broken = [file('var/lib/dpkg/status', 'Package: a\nno field\n'), file('var/lib/rpm/rpmdb.sqlite', '')]
    const [made] = await attest({ sbom }, [system, broken], watched)
    assert.deepEqual(urlsOf(made), [])
    assert.match(notices.join('\n'), /lacks packages: \/var\/lib\/dpkg\/status.*\n.*RPM/)
  })
})

describe('options of attestations', () => {
  test('false is none, and --attest speaks of one kind', () => {
    assert.equal(parseProvenance('false'), undefined)
    assert.equal(parseSbom('0'), undefined)
    assert.deepEqual(parseAttest('type=sbom'), { sbom: parseSbom('true') })
    assert.deepEqual(parseAttest('type=provenance,mode=max'), { provenance: parseProvenance('mode=max') })
    assert.deepEqual(parseAttest('type=provenance,disabled=true'), { provenance: undefined })
  })

  for (const [parse, text, message] of [
    [parseProvenance, 'max', /it is true, false or key=value/],
    [parseProvenance, 'mode=maximum', /there is no mode "maximum"/],
    [parseProvenance, 'version=v2', /there is no version "v2"/],
    [parseProvenance, 'filename=../a', /the name of a file, without folders/],
    [parseSbom, 'generator=localhost/syft', /no other generator is run/],
    [parseAttest, 'mode=max', /type=… is missing/],
    [parseAttest, 'type=provenace', /there is no type "provenace"/],
  ] as const) {
    test(`${text} is refused`, () => {
      assert.throws(() => parse(text), message)
    })
  }
})
