import type { BuildPlatform } from '../../build-arguments.ts'
import { quote } from '../../reading/report.ts'
import { parsePlatformName } from '../facts/platform-name.ts'
import { platformOfImage } from '../facts/platform-of-image.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: base images are for the platform that is built for. */
export const invalidBaseImagePlatform: Rule = {
  name: 'InvalidBaseImagePlatform',
  category: 'buildkit',
  severity: 'warning',
  summary: 'the base image is for another platform than the build',
  check({ evaluated }, report) {
    for (const { stage, base, platform, baseImage } of evaluated.stages) {
      if (base.kind !== 'image') continue
      const expected = platform === undefined ? evaluated.targetPlatform : parsePlatformName(platform)
      const actual = baseImage === undefined ? platformOfImage(base.reference) : baseImage.platform
      if (expected === undefined || actual === undefined) continue
      if (expected.os === actual.os && expected.architecture === actual.architecture) continue
      report({
        message: `${base.reference} is for ${quote(formatted(actual))}, the build for ${quote(formatted(expected))}`,
        range: stage.from.base.range,
        cost: 'Its programs do not run there, or in an emulator only.',
        hint: 'Take an image that is there for all platforms that you build for.',
      })
    }
  },
}

function formatted({ os, architecture, variant = '' }: BuildPlatform): string {
  return [os, architecture, ...(variant === '' ? [] : [variant])].join('/')
}
