import type { BaseFacts } from './base-images.ts'

/**
 * Where images have their tools keep things, as their Dockerfiles set it, November 2026. That of gradle sets nothing, but its
 * `/root/.gradle` is a link.
 */
const byImage: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['golang', new Map([['GOPATH', '/go']])],
  ['rust', new Map([['CARGO_HOME', '/usr/local/cargo']])],
  ['ruby', new Map([['GEM_HOME', '/usr/local/bundle']])],
  ['composer', new Map([['COMPOSER_HOME', '/tmp']])],
  ['lukemathwalker/cargo-chef', new Map([['CARGO_HOME', '/usr/local/cargo']])],
  ['gradle', new Map([['GRADLE_USER_HOME', '/home/gradle/.gradle']])],
])

/** Red Hat's images for source-to-image builds. */
const ofRedHat: ReadonlyMap<string, string> = new Map([['HOME', '/opt/app-root/src']])

const none: ReadonlyMap<string, string> = new Map()

/** Variables that an image is known to set; it may set others. */
export function imageVariables({ officialName }: BaseFacts): ReadonlyMap<string, string> {
  const name = officialName ?? ''
  const isRedHat =
    /^registry\.(?:access\.redhat\.com|redhat\.io)\/.*\/(?:nodejs|python|ruby|php|perl|go-toolset)\b/.test(name)
  return isRedHat ? ofRedHat : (byImage.get(name) ?? none)
}
