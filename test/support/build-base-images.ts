import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { ContentSink } from '../../src/image/content.ts'
import { digestOf, type Digest } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { contentOf, manifestOf, writeContent } from '../contracts/content.ts'
import { directory, fifo, file, hardLink, opaque, symbolicLink, tarOf, whiteout, type LayerItem } from './layers.ts'

/** The images that build cases begin with. They differ in their configs, and `extra` has a second layer. */
const buildBaseNames = ['localhost/base:1', 'localhost/extra:1', 'localhost/triggers:1'] as const

const applets = [
  ...['ash', 'awk', 'base64', 'basename', 'cat', 'chgrp', 'chmod', 'chown', 'cmp', 'cp', 'cut', 'date', 'dd', 'df'],
  ...['dirname', 'echo', 'env', 'expr', 'false', 'find', 'grep', 'head', 'hostname', 'id', 'ifconfig'],
  ...['ip', 'ln', 'ls', 'mkdir', 'mkfifo', 'mknod', 'mktemp', 'mount', 'mv', 'nproc', 'od', 'printf'],
  ...['ps', 'pwd', 'readlink', 'realpath', 'rm', 'rmdir', 'sed', 'seq', 'sh', 'sha256sum', 'sleep', 'sort', 'stat'],
  ...['tail', 'tar', 'tee', 'test', 'touch', 'tr', 'true', 'truncate', 'uname', 'uniq', 'wc', 'which', 'whoami'],
  ...['xargs', 'yes'],
]

/** `cap_net_bind_service=ep` as the kernel keeps it: version 2, effective; bit 10 permitted. */
const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex')

const passwd = [
  'root:x:0:0:root:/root:/bin/sh',
  'web:x:33:33:web:/srv:/bin/false',
  'app:x:1000:1000:app:/home/app:/bin/sh',
  'tester:x:1001:1002:tester:/home/tester:/bin/sh',
]
const group = ['root:x:0:', 'web:x:33:app', 'staff:x:50:app,tester', 'app:x:1000:', 'testers:x:1002:']

async function lowerLayer(): Promise<readonly LayerItem[]> {
  const app = { uid: 1000, gid: 1000 }
  return [
    directory('./'),
    ...['dev', 'etc', 'home', 'opt', 'proc', 'run', 'srv', 'sys', 'usr', 'usr/bin', 'usr/local', 'usr/local/bin'].map(
      (path) => directory(path),
    ),
    ...['var', 'var/cache'].map((path) => directory(path)),
    directory('root', { mode: 0o700 }),
    directory('tmp', { mode: 0o1777 }),
    directory('home/app', { mode: 0o750, ...app }),
    file('home/app/.profile', 'umask 022\n', app),
    symbolicLink('bin', 'usr/bin'),
    symbolicLink('sbin', 'usr/bin'),
    symbolicLink('var/run', '/run'),
    file('usr/bin/busybox', await readFile('/bin/busybox'), { mode: 0o755 }),
    ...applets.map((applet) => symbolicLink(`usr/bin/${applet}`, 'busybox')),
    file('etc/passwd', `${passwd.join('\n')}\n`),
    file('etc/group', `${group.join('\n')}\n`),
    file('etc/motd', 'welcome\n'),
    ...dataItems(),
  ]
}

function dataItems(): readonly LayerItem[] {
  const app = { uid: 1000, gid: 1000 }
  return [
    directory('data'),
    file('data/one.txt', 'one\n'),
    file('data/two.txt', 'two\n'),
    symbolicLink('data/link', 'one.txt'),
    file('data/hard-a', 'hard\n'),
    hardLink('data/hard-b', 'data/hard-a'),
    directory('data/sub'),
    file('data/sub/three.txt', 'three\n', { mode: 0o600, ...app }),
    directory('data/sub/deep'),
    file('data/sub/deep/four.txt', 'four\n'),
    directory('data/private', { mode: 0o700, ...app }),
    file('data/private/key', 'key\n', { mode: 0o400, ...app }),
    directory('data/sticky', { mode: 0o1777 }),
    file('data/setuid', 'setuid\n', { mode: 0o4755 }),
    file('data/capable', 'capable\n', { mode: 0o755, xattrs: new Map([['security.capability', capability]]) }),
    fifo('data/pipe'),
  ].map(({ entry, content }) => ({
    entry: { ...entry, modified: { seconds: 1_577_836_800, nanoseconds: 0 } },
    content,
  }))
}

const upperLayer: readonly LayerItem[] = [
  whiteout('data/two.txt'),
  directory('data/sub'),
  opaque('data/sub'),
  file('data/sub/new.txt', 'new\n'),
  directory('extra'),
  file('extra/file', 'extra\n', { uid: 33, gid: 33, mode: 0o640 }),
  hardLink('extra/same', 'extra/file', { uid: 33, gid: 33, mode: 0o640 }),
]

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const configs = {
  'localhost/base:1': { Env: [path], Cmd: ['/bin/sh'] },
  'localhost/extra:1': {
    User: 'app',
    WorkingDir: '/home/app',
    Env: [path, 'EXTRA=1', 'SHARED=extra'],
    Entrypoint: ['/bin/echo'],
    Cmd: ['hello'],
    Labels: { from: 'extra', shared: 'extra' },
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/volume': {} },
    Healthcheck: { Test: ['CMD', 'true'], Interval: 5_000_000_000, Retries: 2 },
    StopSignal: 'SIGINT',
    Shell: ['/bin/sh', '-ec'],
  },
  'localhost/triggers:1': {
    Env: [path],
    Cmd: ['/bin/sh'],
    OnBuild: [
      'ARG TRIGGER=default',
      'ENV TRIGGERED=$TRIGGER',
      'WORKDIR /triggered',
      'COPY a.txt ./',
      'RUN echo "$TRIGGERED" > told.txt',
    ],
  },
} as const

/**
 * Writes the images.
 *
 * @returns the digests of their manifests by name.
 */
export async function writeBuildBases(sink: ContentSink): Promise<ReadonlyMap<string, Digest>> {
  const lower = await tarOf(await lowerLayer())
  const upper = await tarOf(upperLayer)
  const { os, architecture } = hostPlatform()
  const digests = new Map<string, Digest>()
  for (const name of buildBaseNames) {
    const tars = name === 'localhost/extra:1' ? [lower, upper] : [lower]
    const layers = tars.map((tar) => contentOf(gzipSync(tar, { level: 1 }), mediaTypes.ociLayerGzip))
    const document = {
      ...{ os, architecture, created: '2020-01-01T00:00:00Z', config: configs[name] },
      rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
      history: tars.map((_, index) => ({ created: '2020-01-01T00:00:00Z', created_by: `layer ${index} of the base` })),
    }
    const config = contentOf(Buffer.from(JSON.stringify(document)), mediaTypes.ociConfig)
    const manifest = manifestOf(config, layers)
    for (const content of [config, ...layers]) await writeContent(sink, content)
    await sink.tag(parseReference(name), manifest.descriptor, manifest.bytes, createJob())
    digests.set(name, manifest.descriptor.digest)
  }
  return digests
}
