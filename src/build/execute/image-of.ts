import type { ImageConfig } from '../../image/config.ts'
import type { BuildMaterial, BuiltImage } from '../built-image.ts'
import { imageUri } from '../image/image-package-url.ts'
import type { ResolvedBuild } from '../plan/resolve-build.ts'
import type { StageResult } from './execute-stage.ts'
import type { Execution } from './execution.ts'

/** The image of a stage (image-spec, config.md). */
export function imageOf(
  { files, config, author, history }: StageResult,
  resolved: ResolvedBuild,
  { request, dateSeconds }: Execution,
): BuiltImage {
  const target = resolved.evaluated.target?.stage.index ?? -1
  const platform = resolved.stagePlatforms.get(target) ?? resolved.platform
  const { os, architecture, variant, 'os.version': osVersion } = platform
  const labels = { ...config.Labels, ...Object.fromEntries(request.labels) }
  const complete: ImageConfig = {
    created: new Date(dateSeconds * 1000).toISOString(),
    author,
    ...{ architecture, os, variant, 'os.version': osVersion, 'os.features': undefined },
    config: { ...config, Labels: Object.keys(labels).length === 0 ? undefined : labels },
    rootfs: { type: 'layers', diff_ids: files.layers.map(({ diffId }) => diffId) },
    history: [...history],
  }
  const baseLayers = files.base?.image.layers.length ?? 0
  return { platform, config: complete, layers: files.layers, baseLayers, dateSeconds, materials: materialsOf(resolved) }
}

/** Every image that the build began with or copied from, as a purl (purl-spec, types, "docker"). */
function materialsOf({ images }: ResolvedBuild): readonly BuildMaterial[] {
  return images.map(({ reference, image, platform }) => ({
    uri: imageUri(reference, platform),
    digest: image.descriptor.digest,
  }))
}
