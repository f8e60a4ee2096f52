import type { Distribution, DistributionName } from './distributions.ts'
import { debianRelease, ubuntuRelease, type ImageTag } from './image-tag.ts'

/** What is known of an image beyond the distribution that it is made of. What is not there is as the distribution has it. */
export interface KnownImage {
  /** Where the tag does not say. */
  readonly distribution?: Distribution
  /** Whether it has no more programs, users, certificates and time zones than its distribution and this say. */
  readonly isComplete: boolean
  readonly has?: readonly string[]
  readonly lacks?: readonly string[]
  /** What some releases have and others lack. */
  readonly mayHave?: readonly string[]
  readonly users?: readonly string[]
  /** The user that is there to run the program without root's rights. */
  readonly serviceUser?: string
  readonly user?: string
  readonly workingDirectory?: string
  readonly libc?: 'glibc' | 'musl' | 'none' | undefined
  readonly hasShell?: boolean
  readonly hasCertificates?: boolean
  readonly hasTimeZones?: boolean
  readonly packageManager?: 'none'
  readonly entrypoint?: readonly string[]
}

type Describe = (tag: ImageTag) => KnownImage | undefined

/** What buildpack-deps brings: compilers, version control, downloads. */
const buildTools = words(
  'curl wget git gcc g++ make python3 gpg ssh bzip2 unzip xz patch hg svn ps top pgrep pkill file perl',
)

/** As `docker inspect` of the images says: root, and `/` where there is no WORKDIR. */
const byRoot = { user: '', workingDirectory: '/' } as const

const distributionImages: Readonly<Record<string, Describe>> = {
  alpine: ({ version }) => plain('alpine', version),
  debian: ({ words: all, version }) =>
    plain('debian', version === undefined ? named(all, debianRelease) : debianRelease(version)),
  ubuntu: ({ words: all, version }) =>
    plain('ubuntu', version === undefined ? named(all, ubuntuRelease) : ubuntuRelease(version)),
  fedora: ({ version }) => plain('fedora', version),
  'quay.io/fedora/fedora': ({ version }) => plain('fedora', version),
  'registry.fedoraproject.org/fedora': ({ version }) => plain('fedora', version),
  rockylinux: redHat,
  'rockylinux/rockylinux': redHat,
  almalinux: redHat,
  oraclelinux: redHat,
  centos: redHat,
  'quay.io/centos/centos': redHat,
  amazonlinux: ({ version }) => plain('amazonlinux', version),
  'public.ecr.aws/amazonlinux/amazonlinux': ({ version }) => plain('amazonlinux', version),
  archlinux: ({ words: all }) => ({ ...plain('archlinux', undefined), isComplete: !all.has('devel') }),
  'opensuse/leap': ({ version }) => plain('opensuse', version),
  'opensuse/tumbleweed': () => plain('opensuse', undefined),
  'registry.opensuse.org/opensuse/leap': ({ version }) => plain('opensuse', version),
  'registry.opensuse.org/opensuse/tumbleweed': () => plain('opensuse', undefined),
  'buildpack-deps': () => ({ distribution: of('debian'), isComplete: false, ...byRoot, hasCertificates: true }),
  'bitnami/minideb': () => ({ distribution: of('debian'), isComplete: false, ...byRoot }),
  busybox: ({ words: all }) => ({
    isComplete: true,
    ...byRoot,
    // glibc comes along with its variant; the others are one static program.
    ...(all.has('musl') || all.has('uclibc')
      ? { libc: 'none' as const }
      : all.has('glibc')
        ? { libc: 'glibc' as const }
        : {}),
    hasShell: true,
    packageManager: 'none',
    hasCertificates: false,
    hasTimeZones: false,
    has: words(
      'sh wget nc vi tar gzip sed awk grep find cat cp mv rm ls mkdir chmod chown sleep test adduser addgroup ps ping',
    ),
    lacks: words('bash curl git python3 node apk apt apt-get dpkg yum dnf useradd groupadd perl make gcc sudo'),
    users: words('daemon bin sys sync mail www-data operator nobody'),
  }),
}

const languageImages: Readonly<Record<string, Describe>> = {
  node: onDebian({
    has: words('node npm npx'),
    mayHave: words('yarn yarnpkg corepack pnpm'),
    users: ['node'],
    serviceUser: 'node',
  }),
  python: onDebian({
    has: words('python python3 pip pip3'),
    hasCertificates: true,
    hasTimeZones: true,
  }),
  golang: (tag) => ({
    distribution: debianBehind(tag, 19, 22),
    isComplete: true,
    user: '',
    workingDirectory: '/go',
    hasCertificates: true,
    has: [...words('go gofmt'), ...(isAlpine(tag) ? [] : [...buildTools, 'pkg-config'])],
  }),
  rust: (tag) => ({
    distribution: debianBehind(tag, 70, 88),
    isComplete: true,
    ...byRoot,
    hasCertificates: true,
    has: [...words('cargo rustc rustup'), ...(isAlpine(tag) || tag.words.has('slim') ? ['gcc'] : buildTools)],
  }),
  ruby: onDebian({ has: words('ruby gem bundle bundler irb'), hasCertificates: true, hasTimeZones: true }, [
    'ps',
    'top',
    'pgrep',
    'pkill',
  ]),
  php: (tag) => ({
    distribution: of('debian'),
    isComplete: true,
    user: '',
    workingDirectory: tag.words.has('fpm') || tag.words.has('apache') ? '/var/www/html' : '/',
    hasCertificates: true,
    has: [...words('php curl xz tar'), ...(isAlpine(tag) ? ['openssl'] : words('gcc g++ make pkg-config file perl'))],
    users: ['www-data'],
    serviceUser: 'www-data',
  }),
  perl: onDebian({ has: ['perl'], hasCertificates: true }, undefined),
  gcc: onDebian({ has: words('gcc g++') }),
  erlang: onDebian({}, undefined),
  elixir: onDebian({}, undefined),
  // Only its slim variants are Debian's for certain.
  openjdk: (tag) => ({
    ...(tag.words.has('slim') ? { distribution: of('debian') } : {}),
    isComplete: false,
    user: '',
    ...someGlibc(tag),
    hasShell: true,
    has: ['java'],
  }),
  'eclipse-temurin': () => ({
    distribution: of('ubuntu'),
    isComplete: false,
    ...byRoot,
    hasCertificates: true,
    hasTimeZones: true,
    has: ['java'],
  }),
  amazoncorretto: () => ({ distribution: of('amazonlinux'), isComplete: false, ...byRoot, has: ['java'] }),
  maven: (tag) => ({ isComplete: false, user: '', ...someGlibc(tag), hasShell: true, has: words('mvn java bash') }),
  gradle: () => ({
    distribution: of('ubuntu'),
    isComplete: false,
    user: '',
    workingDirectory: '/home/gradle',
    has: words('gradle java'),
    users: ['gradle'],
    serviceUser: 'gradle',
  }),
  'oven/bun': (tag) => ({
    distribution: of('debian'),
    isComplete: false,
    user: '',
    workingDirectory: '/home/bun/app',
    has: words('bun bunx'),
    ...(tag.words.has('distroless') ? withoutShell : { users: ['bun'], serviceUser: 'bun' }),
  }),
  'denoland/deno': (tag) => {
    if (tag.words.has('bin')) return { isComplete: true, ...nothing, has: ['deno'] }
    if (tag.words.has('distroless'))
      return { isComplete: true, ...withoutShell, libc: 'glibc', user: '', has: ['deno'] }
    // Its Alpine has glibc's files next to musl.
    if (isAlpine(tag))
      return { isComplete: false, user: '', libc: undefined, has: ['deno'], users: ['deno'], serviceUser: 'deno' }
    return {
      distribution: of('debian'),
      isComplete: false,
      ...byRoot,
      has: ['deno'],
      users: ['deno'],
      serviceUser: 'deno',
    }
  },
  'ghcr.io/astral-sh/uv': (tag) =>
    tag.distribution === undefined && tag.words.size <= 1
      ? { isComplete: true, ...nothing, has: ['uv', 'uvx'] }
      : { isComplete: false, user: '', has: ['uv', 'uvx'] },
}

const serverImages: Readonly<Record<string, Describe>> = {
  nginx: nginx(''),
  'nginxinc/nginx-unprivileged': nginx('101'),
  httpd: () => ({
    distribution: of('debian'),
    isComplete: false,
    user: '',
    workingDirectory: '/usr/local/apache2',
    has: ['httpd'],
    users: ['www-data'],
    serviceUser: 'www-data',
  }),
  caddy: ({ words: all }) =>
    all.has('builder')
      ? undefined
      : {
          distribution: of('alpine'),
          isComplete: true,
          user: '',
          workingDirectory: '/srv',
          hasCertificates: true,
          has: ['caddy'],
        },
  redis: (tag) => ({
    ...server('debian', { workingDirectory: '/data', serviceUser: 'redis', has: words('redis-server redis-cli') })(tag),
    // Of its Alpine variant all is known: time zones, and a program that steps down from root.
    ...(isAlpine(tag) ? { isComplete: true, hasTimeZones: true, mayHave: words('gosu su-exec') } : {}),
  }),
  valkey: server('debian', { workingDirectory: '/data', serviceUser: 'valkey' }),
  postgres: server('debian', {
    workingDirectory: '/',
    serviceUser: 'postgres',
    has: words('postgres psql pg_isready'),
  }),
  mysql: server('rhel', { workingDirectory: '/', serviceUser: 'mysql', has: words('mysqld mysql mysqladmin') }),
  mariadb: server('ubuntu', { workingDirectory: '/', serviceUser: 'mysql' }),
  mongo: server('ubuntu', { workingDirectory: '/', serviceUser: 'mongodb' }),
  rabbitmq: server('ubuntu', { workingDirectory: '/', serviceUser: 'rabbitmq' }),
  memcached: server('debian', { user: 'memcache', workingDirectory: '/', serviceUser: 'memcache' }),
  wordpress: server('debian', { workingDirectory: '/var/www/html', serviceUser: 'www-data', has: words('php curl') }),
  tomcat: server('ubuntu', { workingDirectory: '/usr/local/tomcat', has: ['java'] }),
  jetty: server(undefined, { user: 'jetty', serviceUser: 'jetty', has: ['java'] }),
  'jenkins/jenkins': server('debian', { user: 'jenkins', serviceUser: 'jenkins', has: ['java'] }),
  composer: server('alpine', { workingDirectory: '/app', has: words('composer php') }),
  docker: server('alpine', { workingDirectory: '/', has: ['docker'] }),
  'nvidia/cuda': () => ({ isComplete: false, ...byRoot, libc: 'glibc', hasShell: true }),
  'continuumio/miniconda3': server('debian', { workingDirectory: '/', has: words('conda python bash') }),
  'continuumio/anaconda3': server('debian', { workingDirectory: '/', has: words('conda python bash') }),
  'condaforge/miniforge3': server('ubuntu', { workingDirectory: '/', has: words('conda mamba python bash') }),
}

/** A shell is what distroless images are without. */
const withoutShell = { hasShell: false, packageManager: 'none' } as const

/** Only the program itself. */
const nothing = {
  ...withoutShell,
  ...byRoot,
  libc: 'none',
  hasCertificates: false,
  hasTimeZones: false,
  users: [],
} as const satisfies Partial<KnownImage>

const byName: ReadonlyMap<string, Describe> = new Map(
  Object.entries({ ...distributionImages, ...languageImages, ...serverImages }),
)

/**
 * What is known of an image that the table has by its whole name. From the images' own Dockerfiles and their package lists
 * (github.com/docker-library/repo-info), September 2026; of what changed in the last years nothing is claimed.
 */
export function knownImage(name: string, tag: ImageTag): KnownImage | undefined {
  return byName.get(name)?.(tag)
}

/** The image of a distribution, without anything else. */
function plain(name: DistributionName, release: string | undefined): KnownImage {
  return { distribution: { name, release }, isComplete: true, ...byRoot }
}

function redHat({ words: all, version }: ImageTag): KnownImage {
  if (all.has('minimal') || all.has('micro')) return { isComplete: false, ...byRoot, libc: 'glibc' }
  return { ...plain('rhel', version), has: words('dnf yum').slice(version?.startsWith('7') === true ? 1 : 0) }
}

/**
 * An official image in three variants: all of buildpack-deps, `slim` on Debian, and Alpine. Of what the small ones have besides
 * is only something known where it is told.
 */
function onDebian(facts: Partial<KnownImage>, alsoInSlim: readonly string[] | undefined = []): Describe {
  return (tag) => {
    const isSmall = isAlpine(tag) || tag.words.has('slim')
    return {
      distribution: of('debian'),
      ...byRoot,
      ...facts,
      ...(isSmall ? {} : { hasCertificates: true }),
      isComplete: !isSmall || alsoInSlim !== undefined,
      has: [...(facts.has ?? []), ...(isSmall ? (alsoInSlim ?? []) : buildTools)],
    }
  }
}

/** nginx has curl except in its slim Alpine, wget only where busybox is. */
function nginx(user: string): Describe {
  return (tag) => ({
    distribution: of('debian'),
    isComplete: true,
    user,
    workingDirectory: '/',
    hasCertificates: true,
    hasTimeZones: true,
    has: words('nginx envsubst').concat(tag.words.has('slim') ? [] : ['curl']),
    users: ['nginx'],
    serviceUser: 'nginx',
  })
}

/** An image of one program, of whose tools nothing is known. */
function server(
  name: DistributionName | undefined,
  facts: Omit<KnownImage, 'isComplete'>,
): (tag: ImageTag) => KnownImage {
  const users = facts.serviceUser === undefined ? {} : { users: [facts.serviceUser] }
  return () => ({
    ...(name === undefined ? {} : { distribution: of(name) }),
    isComplete: false,
    user: '',
    ...users,
    ...facts,
  })
}

/**
 * The Debian of a tag that names none. Official images went on to bookworm in June 2023, and to trixie in August 2025; releases that
 * were built anew on both sides of these months are not told.
 *
 * @param first The second number of the first release that was only ever built with bookworm, or last.
 */
function debianBehind({ version }: ImageTag, first: number, last: number): Distribution {
  const minor = Number(/^1\.(\d+)/.exec(version ?? '')?.[1])
  return minor >= first && minor <= last ? { name: 'debian', release: 'bookworm' } : of('debian')
}

function of(name: DistributionName): Distribution {
  return { name, release: undefined }
}

function isAlpine({ distribution }: ImageTag): boolean {
  return distribution?.name === 'alpine'
}

/** Of an image that is made of one distribution or another. */
function someGlibc(tag: ImageTag): Pick<KnownImage, 'libc'> {
  return isAlpine(tag) ? {} : { libc: 'glibc' }
}

function named(all: ReadonlySet<string>, release: (word: string) => string | undefined): string | undefined {
  return [...all].map((word) => release(word)).find((found) => found !== undefined)
}

function words(text: string): string[] {
  return text.split(' ')
}
