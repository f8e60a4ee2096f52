import { debianRelease, type ImageTag } from './image-tag.ts'

/** A variant of an image with the same program and less around it. */
export interface SmallerVariant {
  /** The tag that takes the place of the one in the file. */
  readonly tag: string
  /** What the full image has and the variant lacks, in words. */
  readonly leavesOut: string
  /** Programs that the full image has and the variant lacks. */
  readonly lacks: readonly string[]
  /** Whether it is made of Alpine, and the full one of something else. */
  readonly isAlpine: boolean
}

const buildpack = {
  leavesOut: 'compilers, version control and headers of some 40 libraries, about 330 MB compressed',
  lacks: ['gcc', 'g++', 'make', 'git', 'curl', 'wget', 'hg', 'svn', 'unzip', 'patch', 'ssh', 'gpg'],
  isAlpine: false,
} as const

const jdk = {
  leavesOut: 'the compiler, debugger and tools of the JDK, about 110 MB compressed',
  lacks: ['javac', 'jar', 'jlink', 'jdeps', 'jshell', 'jstack', 'jmap', 'jcmd', 'javadoc'],
  isAlpine: false,
} as const

type Variant = (tag: ImageTag, text: string) => SmallerVariant | undefined

/**
 * Images whose default has a smaller sibling, by their official names: as Docker's library of official images lists their tags
 * (github.com/docker-library/official-images, November 2026). Of those made from buildpack-deps, `slim` is the same program on the
 * plain Debian image. Sizes are the difference between `node:22` (408 MB) and `node:22-slim` (80 MB), `eclipse-temurin:21` (224 MB)
 * and its JRE (115 MB), `nginx` (63 MB) and `nginx:alpine` (26 MB), `debian:bookworm` and its slim variant, all for amd64 in September 2026
 * (github.com/docker-library/repo-info).
 */
const variants: ReadonlyMap<string, Variant> = new Map<string, Variant>([
  // `22-bookworm-slim`, and `3.13-slim-bookworm`: each has an order of its own.
  ['node', slimBehindRelease],
  ['python', slimBeforeRelease],
  ['ruby', slimBeforeRelease],
  ['perl', slimBeforeRelease],
  ['erlang', (tag, text) => (tag.distribution === undefined ? slimBeforeRelease(tag, text) : undefined)],
  ['elixir', (tag, text) => (tag.distribution === undefined ? slimBeforeRelease(tag, text) : undefined)],
  ['debian', debianSlim],
  ['eclipse-temurin', jre],
  ['tomcat', tomcatJre],
  ['nginx', alpine],
  ['nginxinc/nginx-unprivileged', alpine],
  ['httpd', alpine],
])

/** The smaller variant of an image. Undefined where it has none, or is one. */
export function smallerVariant(
  officialName: string,
  tag: ImageTag,
  text: string | undefined,
): SmallerVariant | undefined {
  const isSmall = ['slim', 'alpine', 'jre', 'distroless', 'chiseled'].some((word) => tag.words.has(word))
  if (isSmall || tag.isWindows || tag.distribution?.name === 'alpine' || tag.words.has('onbuild')) return undefined
  return variants.get(officialName)?.(tag, text ?? '')
}

function isLatest(text: string): boolean {
  return text === '' || text === 'latest'
}

function slimBehindRelease(_tag: ImageTag, text: string): SmallerVariant {
  return { tag: isLatest(text) ? 'slim' : `${text}-slim`, ...buildpack }
}

function slimBeforeRelease(tag: ImageTag, text: string): SmallerVariant | undefined {
  if (isLatest(text)) return { tag: 'slim', ...buildpack }
  const release = [...tag.words].find((word) => debianRelease(word) === word)
  if (release === undefined) return tag.version === undefined ? undefined : { tag: `${text}-slim`, ...buildpack }
  const before = text.slice(0, text.length - release.length)
  return text.endsWith(release) ? { tag: `${before}slim-${release}`, ...buildpack } : undefined
}

function debianSlim(_tag: ImageTag, text: string): SmallerVariant {
  return {
    tag: isLatest(text) ? 'stable-slim' : `${text}-slim`,
    leavesOut: 'manual pages, documentation and translations, about 20 MB compressed',
    lacks: ['man'],
    isAlpine: false,
  }
}

/** `21`, `21-jdk`, `21.0.9_10-jdk-noble` */
function jre(_tag: ImageTag, text: string): SmallerVariant | undefined {
  if (/-jdk(?=-|$)/.test(text)) return { tag: text.replace(/-jdk(?=-|$)/, '-jre'), ...jdk }
  const [, version = '', rest = ''] = /^(\d[\w.]*)(-.*)?$/.exec(text) ?? []
  return version === '' ? undefined : { tag: `${version}-jre${rest}`, ...jdk }
}

/** `10.1-jdk21-temurin-noble` */
function tomcatJre(_tag: ImageTag, text: string): SmallerVariant | undefined {
  return /-jdk\d+-temurin/.test(text) ? { tag: text.replace(/-jdk(?=\d)/, '-jre'), ...jdk } : undefined
}

/** `1.29`, `stable`, `1.29-bookworm`: servers to which only their configuration is added. */
function alpine({ distribution }: ImageTag, text: string): SmallerVariant | undefined {
  const plain = distribution === undefined ? text : text.replace(/(?:^|-)[a-z]+$/, '')
  if (!isLatest(plain) && !/^(?:\d+(?:\.\d+)*|stable|mainline)$/.test(plain)) return undefined
  return {
    tag: isLatest(plain) ? 'alpine' : `${plain}-alpine`,
    leavesOut: 'a Debian, where Alpine does: about 35 MB compressed',
    lacks: [
      'apt',
      'apt-get',
      'dpkg',
      'bash',
      'useradd',
      'groupadd',
      'usermod',
      'service',
      'update-ca-certificates',
      'a2enmod',
    ],
    isAlpine: true,
  }
}
