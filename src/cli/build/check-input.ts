import type { LintOptions } from '../../dockerfile/lint.ts'
import type { Platform } from '../../image/descriptor.ts'
import { hostPlatform } from '../../image/platform.ts'
import type { CommandContext } from '../context.ts'
import { folderContext } from '../../toolchain/folder-context.ts'
import type { OpenedContext } from '../../toolchain/build-context.ts'
import type { BuildOptions } from './options.ts'
import { buildArgumentsOf, platformsOf } from './values.ts'

/** What checks and outlines are told of a build. Several platforms are judged by the first. */
export function checkOptionsFor(
  options: Pick<BuildOptions, 'build-arg' | 'target' | 'platform'>,
  { folder, dockerfile }: Pick<OpenedContext, 'folder' | 'dockerfile'>,
  { environment }: Pick<CommandContext, 'environment'>,
): LintOptions {
  const [platform = hostPlatform()] = platformsOf(options.platform, environment)
  return {
    buildArguments: buildArgumentsOf(options['build-arg'], environment),
    target: options.target,
    buildPlatform: buildPlatformOf(hostPlatform()),
    targetPlatform: buildPlatformOf(platform),
    context: folder === undefined ? undefined : folderContext(folder, dockerfile.path),
  }
}

function buildPlatformOf({ os, architecture, variant }: Platform) {
  return { os, architecture, variant }
}
