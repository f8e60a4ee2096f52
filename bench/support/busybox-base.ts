import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { ContentSink } from '../../src/image/content.ts'
import { digestOf } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import type { Reference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { contentOf, manifestOf, writeContent } from '../../test/contracts/content.ts'
import { directory, file, symbolicLink, tarOf } from '../../test/support/layers.ts'

const programs = ['sh', 'cat', 'true', 'echo']

/** Writes a small base in which steps can run, as every builder wants it: with an account of root. */
export async function writeBusyboxBase(sink: ContentSink, name: Reference): Promise<void> {
  const tar = await tarOf([
    directory('bin'),
    file('bin/busybox', await readFile('/bin/busybox'), { mode: 0o755 }),
    ...programs.map((each) => symbolicLink(`bin/${each}`, 'busybox')),
    directory('etc'),
    file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    file('etc/group', 'root:x:0:\n'),
    directory('tmp'),
  ])
  const layer = contentOf(gzipSync(tar), mediaTypes.ociLayerGzip)
  const { os, architecture } = hostPlatform()
  const config = {
    ...{ os, architecture, created: '2026-01-02T03:04:05Z' },
    config: { Cmd: ['/bin/sh'], Env: ['PATH=/bin'] },
    history: [{ created: '2026-01-02T03:04:05Z', created_by: 'busybox' }],
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
  }
  const written = contentOf(Buffer.from(JSON.stringify(config)), mediaTypes.ociConfig)
  const manifest = manifestOf(written, [layer])
  for (const content of [written, layer]) await writeContent(sink, content)
  await sink.tag(name, manifest.descriptor, manifest.bytes, createJob())
}
