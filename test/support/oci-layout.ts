import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestHex, digestOf } from '../../src/image/digest.ts'
import type { Descriptor } from '../../src/image/descriptor.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { tarOf, type LayerItem } from './layers.ts'

/**
 * Writes an image of uncompressed layers, lowest first, as an OCI layout (image-spec, image-layout.md) under a tag, by hand:
 * for showing to other programs what wherry itself reads.
 */
export async function writeLayout(
  folder: string,
  tag: string,
  layers: readonly (readonly LayerItem[])[],
): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
  const write = async (bytes: Uint8Array, mediaType: string): Promise<Descriptor> => {
    const digest = digestOf(bytes)
    await writeFile(join(folder, 'blobs/sha256', digestHex(digest)), bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const descriptors: Descriptor[] = []
  for (const items of layers) descriptors.push(await write(await tarOf(items), mediaTypes.ociLayer))
  const { os, architecture } = hostPlatform()
  const rootfs = { type: 'layers', diff_ids: descriptors.map(({ digest }) => digest) }
  const config = await write(
    Buffer.from(JSON.stringify({ os, architecture, config: {}, rootfs })),
    mediaTypes.ociConfig,
  )
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: descriptors }
  const { digest, size } = await write(Buffer.from(JSON.stringify(manifest)), mediaTypes.ociManifest)
  const annotations = { 'org.opencontainers.image.ref.name': tag }
  const index = { schemaVersion: 2, manifests: [{ mediaType: mediaTypes.ociManifest, digest, size, annotations }] }
  await writeFile(join(folder, 'index.json'), JSON.stringify(index))
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}
