import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { ContentSink } from '../../src/image/content.ts'
import { digestOf } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import type { Reference } from '../../src/image/reference.ts'
import { contentOf, manifestOf, writeContent, type Content } from '../contracts/content.ts'
import { directory, file, symbolicLink, tarOf, whiteout, type LayerItem } from './layers.ts'
import { createJob } from '../../src/std/job.ts'

const program = '/bin/busybox'

/** Why an image that runs cannot be made here; false where it can. */
export const busyboxSkipReason: string | false = existsSync(program) ? false : 'busybox-static is not installed'

/** The image's own command prints this. */
export const busyboxGreeting = 'hello from the second layer\n'

/**
 * Writes an image that runs: a static busybox, and a second layer that changes, adds and deletes files of the first.
 *
 * @returns its manifest and what it is made of.
 */
export async function writeBusyboxImage(sink: ContentSink, name: Reference): Promise<{ readonly manifest: Content }> {
  const tars = await Promise.all([tarOf(await lowerLayer()), tarOf(upperLayer)])
  const layers = tars.map((tar) => contentOf(gzipSync(tar), mediaTypes.ociLayerGzip))
  const { os, architecture } = hostPlatform()
  const config = contentOf(
    Buffer.from(
      JSON.stringify({
        os,
        architecture,
        created: '2026-01-02T03:04:05Z',
        config: { Cmd: ['/bin/cat', '/greeting'], Env: ['PATH=/bin'], User: '65532' },
        rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
      }),
    ),
    mediaTypes.ociConfig,
  )
  const manifest = manifestOf(config, layers)
  for (const content of [config, ...layers]) await writeContent(sink, content)
  await sink.tag(name, manifest.descriptor, manifest.bytes, createJob())
  return { manifest }
}

async function lowerLayer(): Promise<readonly LayerItem[]> {
  return [
    directory('bin'),
    file('bin/busybox', await readFile(program), { mode: 0o755 }),
    ...['sh', 'cat', 'ls'].map((applet) => symbolicLink(`bin/${applet}`, 'busybox')),
    file('greeting', 'hello from the first layer\n'),
    file('deleted', 'seen by nobody'),
  ]
}

const upperLayer: readonly LayerItem[] = [file('greeting', busyboxGreeting), whiteout('deleted')]
