import type { ImageTag } from './image-tag.ts'

/** An image that is made for building programs, not for running them. */
export interface ToolchainImage {
  /** What it has that running a program does not need, and what that takes. */
  readonly what: string
  /** What to begin with instead, in words. */
  readonly instead: string
  /** The programs that the image is for: a container that runs one of them has a use for it. */
  readonly tools: readonly string[]
  /** The image of the same makers that runs what was built: its name and tag, and which common programs it lacks. */
  readonly runtime?: { readonly name: string; readonly tag: string; readonly lacks?: readonly string[] }
}

const go: ToolchainImage = {
  what: 'the compiler and the standard library of Go, some 300 MB compressed',
  instead: 'scratch or gcr.io/distroless/static-debian12, or a slim Debian where cgo is used',
  tools: ['go', 'air', 'dlv', 'make'],
}

const rust: ToolchainImage = {
  what: 'the compiler of Rust and a C compiler, up to 550 MB compressed',
  instead: 'gcr.io/distroless/cc-debian12, or a slim Debian of the same release',
  tools: ['cargo', 'rustc', 'make'],
}

const java: ToolchainImage = {
  what: 'a JDK and the build tool, more than twice as much as a JRE',
  instead: 'a JRE, as eclipse-temurin:21-jre',
  tools: ['mvn', 'mvnw', 'gradle', 'gradlew', 'sbt'],
}

const c: ToolchainImage = {
  what: 'compilers and the headers of some 40 libraries, several hundred MB',
  instead: 'a slim image of the same distribution',
  tools: ['gcc', 'g++', 'cc', 'make', 'cmake'],
}

const toolchains: ReadonlyMap<string, ToolchainImage> = new Map([
  ['golang', go],
  ['rust', rust],
  ['maven', java],
  ['gradle', java],
  ['sbtscala/scala-sbt', java],
  ['hseeberger/scala-sbt', java],
  ['gcc', c],
  ['buildpack-deps', c],
  [
    'haskell',
    { ...c, what: 'the compiler of Haskell, more than a gigabyte', tools: ['ghc', 'cabal', 'stack', 'ghci'] },
  ],
])

/**
 * What an image is made for building with, by its official name. Sizes are of the images for amd64 of September 2026, compressed
 * (github.com/docker-library/repo-info). Undefined for all others, and for images for Windows.
 */
export function toolchainImage(
  officialName: string,
  tag: ImageTag,
  text: string | undefined,
): ToolchainImage | undefined {
  if (tag.isWindows) return undefined
  if (officialName === 'nvidia/cuda' && tag.words.has('devel')) {
    return {
      what: 'the compiler and the headers of CUDA, gigabytes more than what runs programs',
      instead: 'the variant of the same tag with runtime',
      tools: ['nvcc', 'make'],
      ...(text === undefined
        ? {}
        : { runtime: { name: officialName, tag: text.replace(/(?<=^|-)devel(?=-|$)/, 'runtime') } }),
    }
  }
  if (/^mcr\.microsoft\.com\/dotnet\/(?:nightly\/|core\/)?sdk$/.test(officialName)) {
    const isCommonTag = text !== undefined && /^\d+\.\d+(?:-[a-z][a-z0-9.-]*)?$/.test(text)
    const name = officialName.replace(/sdk$/, 'aspnet')
    return {
      what: 'the SDK of .NET, three times as much as what runs programs',
      instead: `${name}, or ${officialName.replace(/sdk$/, 'runtime')} for what is no web application`,
      tools: ['msbuild'],
      ...(isCommonTag ? { runtime: { name, tag: text, lacks: ['curl', 'git', 'wget'] } } : {}),
    }
  }
  return toolchains.get(officialName)
}
