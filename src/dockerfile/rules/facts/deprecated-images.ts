import type { BaseFacts } from './base-images.ts'

/** An image whose makers have given it up. */
export interface DeprecatedImage {
  /** Since when, as far as that is known: `2022`. */
  readonly since: string
  readonly successor: string
}

const images: ReadonlyMap<string, DeprecatedImage> = new Map([
  ['openjdk', { since: '2022', successor: 'eclipse-temurin or amazoncorretto' }],
  ['java', { since: '2016', successor: 'eclipse-temurin' }],
  ['adoptopenjdk', { since: '2021', successor: 'eclipse-temurin' }],
  ['centos', { since: '2021', successor: 'almalinux or rockylinux/rockylinux' }],
  ['microsoft/dotnet', { since: '2018', successor: 'mcr.microsoft.com/dotnet/sdk, aspnet or runtime' }],
  ['microsoft/aspnetcore', { since: '2018', successor: 'mcr.microsoft.com/dotnet/aspnet' }],
  ['microsoft/aspnetcore-build', { since: '2018', successor: 'mcr.microsoft.com/dotnet/sdk' }],
  ['iojs', { since: '2015', successor: 'node' }],
  ['django', { since: '2016', successor: 'python' }],
  ['rails', { since: '2016', successor: 'ruby' }],
  ['celery', { since: '2017', successor: 'python' }],
  ['jenkins', { since: '2018', successor: 'jenkins/jenkins' }],
  ['opensuse', { since: '2018', successor: 'opensuse/leap' }],
  ['piwik', { since: '2018', successor: 'matomo' }],
  ['owncloud', { since: '2018', successor: 'owncloud/server' }],
  ['sentry', { since: '2020', successor: 'getsentry/sentry' }],
  ['vault', { since: '2023', successor: 'hashicorp/vault' }],
  ['consul', { since: '2023', successor: 'hashicorp/consul' }],
  ['mysql/mysql-server', { since: '2023', successor: 'mysql' }],
  ['mhart/alpine-node', { since: '2021', successor: 'node, with a tag that ends in -alpine' }],
  ['tiangolo/uvicorn-gunicorn-fastapi', { since: '2024', successor: 'python, and a Dockerfile of your own' }],
  ['tiangolo/uvicorn-gunicorn', { since: '2024', successor: 'python, and a Dockerfile of your own' }],
])

const families: readonly (readonly [RegExp, DeprecatedImage])[] = [
  [/^adoptopenjdk\//, { since: '2021', successor: 'eclipse-temurin' }],
  [/^mcr\.microsoft\.com\/dotnet\/core\//, { since: '2020', successor: 'mcr.microsoft.com/dotnet/…, without core' }],
  [/^bitnamilegacy\//, { since: '2025', successor: 'the official image of the program' }],
  [/^circleci\//, { since: '2021', successor: 'cimg/…' }],
  [/^(?:k8s\.gcr\.io|gcr\.io\/google[_-]containers)\//, { since: '2023', successor: 'registry.k8s.io/…' }],
]

/** Official images that had ONBUILD variants until 2016 (github.com/docker-library/official-images, issue 2076). */
const withOnbuild: ReadonlySet<string> = new Set([
  ...[
    'clojure',
    'elixir',
    'erlang',
    'gcc',
    'golang',
    'haskell',
    'hylang',
    'iojs',
    'java',
    'jruby',
    'julia',
    'maven',
    'mono',
  ],
  ...['node', 'perl', 'php', 'pypy', 'python', 'rails', 'django', 'ruby', 'rust', 'celery'],
])

/**
 * Whether an image gets no updates because its makers have given it up, by the notices on its page at Docker Hub and the makers'
 * announcements, as of November 2026.
 */
export function deprecatedImage({ officialName = '', tag }: BaseFacts): DeprecatedImage | undefined {
  const onbuild = { since: '2016', successor: `${officialName} itself, and the triggers' instructions in this file` }
  if (withOnbuild.has(officialName) && tag?.words.has('onbuild') === true) return onbuild
  return images.get(officialName) ?? families.find(([pattern]) => pattern.test(officialName))?.[1]
}
