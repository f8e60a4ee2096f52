import { readImageTag, type ImageTag } from './image-tag.ts'
import type { KnownImage } from './known-images.ts'

/** Images that come in families, by the beginning of their name. */
const families: readonly {
  readonly prefix: string
  describe(rest: string, tag: ImageTag): KnownImage | undefined
}[] = [
  { prefix: 'gcr.io/distroless/', describe: distroless },
  { prefix: 'cgr.dev/chainguard/', describe: chainguard },
  { prefix: 'chainguard/', describe: chainguard },
  { prefix: 'mcr.microsoft.com/dotnet/', describe: dotnet },
  { prefix: 'registry.access.redhat.com/', describe: redHat },
  { prefix: 'registry.redhat.io/', describe: redHat },
  { prefix: 'redhat/', describe: redHat },
  { prefix: 'dhi.io/', describe: hardened },
  { prefix: 'selenium/', describe: () => ({ ...someUbuntu, user: '1200' }) },
  { prefix: 'jupyter/', describe: () => ({ ...someUbuntu, user: '1000' }) },
  { prefix: 'quay.io/jupyter/', describe: () => ({ ...someUbuntu, user: '1000' }) },
  { prefix: 'bitnami/', describe: bitnami },
  { prefix: 'bitnamilegacy/', describe: bitnami },
  {
    prefix: 'public.ecr.aws/lambda/',
    describe: () => ({
      distribution: { name: 'amazonlinux', release: undefined },
      isComplete: false,
      user: '',
      workingDirectory: '/var/task',
    }),
  },
]

const someUbuntu = { distribution: { name: 'ubuntu', release: undefined }, isComplete: false } as const

const withoutTools = { isComplete: true, hasShell: false, packageManager: 'none' } as const

/**
 * What is known of an image of a family: distroless (its README and BUILD files), Chainguard's, Docker's hardened and Red Hat's
 * images and .NET's (their documentation), November 2026.
 */
export function imageOfFamily(name: string, tag: ImageTag): KnownImage | undefined {
  const family = families.find(({ prefix }) => name.startsWith(prefix))
  return family?.describe(name.slice(family.prefix.length), tag)
}

/** `static` has no libc; all have certificates, time zones, and the users root, nobody and nonroot. `debug` has busybox, in /busybox. */
function distroless(rest: string, tag: ImageTag): KnownImage | undefined {
  const [kind = '', distribution] = rest.split('-debian')
  const release = readImageTag(`debian${distribution ?? ''}`).distribution?.release
  const isDebug = tag.words.has('debug')
  const isNonroot = tag.words.has('nonroot')
  const isOld = release === 'buster' || release === 'bullseye'
  return {
    distribution: { name: 'debian', release },
    isComplete: true,
    libc: kind === 'static' ? 'none' : 'glibc',
    packageManager: 'none',
    hasCertificates: true,
    hasTimeZones: true,
    user: isNonroot ? 'nonroot' : '',
    workingDirectory: isNonroot ? '/home/nonroot' : '/',
    users: ['nobody', 'nonroot'],
    serviceUser: 'nonroot',
    // Until Debian 11, Python's had one for ctypes.
    ...(isDebug || (kind === 'python3' && isOld) ? {} : { hasShell: false }),
    has: programsOf(kind),
    ...entrypointOf(kind),
  }
}

function entrypointOf(kind: string): Pick<KnownImage, 'entrypoint'> {
  if (/^nodejs\d/.test(kind)) return { entrypoint: ['/nodejs/bin/node'] }
  if (kind === 'python3') return { entrypoint: ['/usr/bin/python3'] }
  return /^java\d/.test(kind) ? { entrypoint: ['/usr/bin/java', '-jar'] } : {}
}

function programsOf(kind: string): readonly string[] {
  if (kind === 'static') return []
  if (kind.startsWith('nodejs')) return ['node', 'openssl']
  if (kind === 'python3') return ['python3', 'python', 'openssl']
  return /^java\d/.test(kind) ? ['java', 'openssl'] : ['openssl']
}

/** Those tagged `-dev` have a shell and apk. All run as `nonroot`, or as a user of the program. */
function chainguard(rest: string, tag: ImageTag): KnownImage | undefined {
  if (rest === 'wolfi-base') {
    return { distribution: { name: 'wolfi', release: undefined }, isComplete: true, user: '', workingDirectory: '/' }
  }
  if (rest === 'static') {
    return {
      ...withoutTools,
      libc: 'none',
      hasCertificates: true,
      hasTimeZones: true,
      user: 'nonroot',
      users: ['nonroot', 'nobody'],
    }
  }
  const isDev = [...tag.words].includes('dev')
  const service =
    new Map([
      ['node', 'node'],
      ['php', 'php'],
      ['postgres', 'postgres'],
    ]).get(rest) ?? 'nonroot'
  return {
    distribution: { name: 'wolfi', release: undefined },
    isComplete: false,
    libc: 'glibc',
    hasCertificates: true,
    user: service,
    serviceUser: service,
    ...(isDev ? { hasShell: true } : { packageManager: 'none' }),
    ...(rest === 'node' || rest === 'python' ? { entrypoint: [`/usr/bin/${rest}`] } : {}),
  }
}

/** `-chiseled` is Ubuntu without shell and packages; time zones are only in `-extra`. `app` is there since .NET 8. */
function dotnet(rest: string, tag: ImageTag): KnownImage | undefined {
  const kind = rest.split('/').at(-1) ?? ''
  if (!['runtime', 'aspnet', 'sdk', 'runtime-deps', 'monitor'].includes(kind) || rest.startsWith('framework'))
    return undefined
  const major = Number.parseInt(tag.version ?? '', 10)
  const app = major >= 8 ? { users: ['app'], serviceUser: 'app' } : {}
  const distribution =
    major >= 10 ? ({ name: 'ubuntu', release: '24.04' } as const) : ({ name: 'debian', release: undefined } as const)
  const isChiseled = tag.words.has('chiseled') || tag.words.has('distroless')
  const has = kind === 'runtime-deps' ? [] : ['dotnet']
  if (isChiseled) {
    return {
      ...withoutTools,
      ...app,
      libc: 'glibc',
      hasCertificates: true,
      hasTimeZones: tag.words.has('extra'),
      user: 'app',
      workingDirectory: '/',
      has,
    }
  }
  const isAlpine = tag.distribution?.name === 'alpine'
  const isSdk = kind === 'sdk'
  return {
    ...(tag.version === undefined ? {} : { distribution }),
    isComplete: !isSdk,
    user: '',
    workingDirectory: '/',
    hasCertificates: true,
    ...(isAlpine ? {} : { hasTimeZones: true, hasShell: true }),
    ...app,
    has: isSdk ? [...has, 'curl', 'git', ...(isAlpine ? ['bash'] : ['wget'])] : has,
  }
}

/** `ubi9`, `ubi9-minimal`, `ubi9/ubi-micro`, `ubi9/nodejs-22`. */
function redHat(rest: string): KnownImage | undefined {
  const found = /^ubi(\d+)(?:(?:\/ubi)?-(minimal|micro|init)|\/ubi)?$/.exec(rest)
  if (found === null) {
    const language = /^ubi(\d+)\//.exec(rest)
    if (language === null || !/^ubi\d+\/(?:nodejs|python|go-toolset|ruby|php|perl|openjdk|nginx|httpd)-/.test(rest))
      return undefined
    return { distribution: { name: 'rhel', release: language[1] }, isComplete: false, hasShell: true }
  }
  const [, release, kind] = found
  const facts = { distribution: { name: 'rhel', release }, user: '', workingDirectory: '/' } as const
  if (kind === 'micro')
    return { ...facts, isComplete: false, libc: 'glibc', hasShell: true, packageManager: 'none', has: ['sh', 'bash'] }
  if (kind === 'minimal') return { ...facts, isComplete: false, has: ['microdnf'], lacks: ['dnf', 'yum'] }
  return { ...facts, isComplete: true, has: ['dnf', 'yum'] }
}

/** Docker's hardened images: `-dev` has a shell and runs as root, the others run as a user of their own. */
function hardened(_rest: string, tag: ImageTag): KnownImage | undefined {
  const isDev = tag.words.has('dev')
  return {
    isComplete: false,
    hasCertificates: true,
    ...(isDev ? { hasShell: true, user: '' } : { packageManager: 'none', user: 'nonroot' }),
  }
}

function bitnami(): KnownImage {
  return { distribution: { name: 'debian', release: undefined }, isComplete: false, user: '1001' }
}
