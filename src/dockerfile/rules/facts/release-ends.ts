import type { BaseFacts } from './base-images.ts'

/** A release that its makers have stopped to mend. */
export interface EndedRelease {
  /** `Python 3.8`, `Debian 10 (buster)` */
  readonly name: string
  /** The month of its last updates that everybody gets: `2024-10`. */
  readonly ended: string
  /** A release that has updates. */
  readonly successor: string
}

interface Product {
  readonly name: string
  /** The release that has updates for longest. */
  readonly newest: string
  /** When releases ended, by the beginning of their version. */
  readonly ended: Readonly<Record<string, string>>
}

/**
 * Releases without updates as of November 2026, from endoflife.date and the makers' own pages. What is paid for (Ubuntu Pro,
 * Debian ELTS) does not count.
 */
const programs: Readonly<Record<string, Product>> = {
  node: {
    name: 'Node.js',
    newest: '26',
    ended: {
      ...{
        '4': '2018-04',
        '5': '2016-06',
        '6': '2019-04',
        '7': '2017-06',
        '8': '2019-12',
        '9': '2018-06',
        '10': '2021-04',
      },
      ...{
        '11': '2019-06',
        '12': '2022-04',
        '13': '2020-06',
        '14': '2023-04',
        '15': '2021-06',
        '16': '2023-09',
        '17': '2022-06',
      },
      ...{ '18': '2025-04', '19': '2023-06', '20': '2026-04', '21': '2024-06', '23': '2025-06', '25': '2026-06' },
    },
  },
  python: {
    name: 'Python',
    newest: '3.14',
    ended: {
      ...{ '2': '2020-01', '2.7': '2020-01', '3.3': '2017-09', '3.4': '2019-03', '3.5': '2020-09', '3.6': '2021-12' },
      ...{ '3.7': '2023-06', '3.8': '2024-10', '3.9': '2025-10', '3.10': '2026-10' },
    },
  },
  golang: {
    name: 'Go',
    newest: '1.27',
    ended: {
      ...{
        '1.9': '2018-08',
        '1.10': '2019-02',
        '1.11': '2019-09',
        '1.12': '2020-02',
        '1.13': '2020-08',
        '1.14': '2021-02',
      },
      ...{
        '1.15': '2021-08',
        '1.16': '2022-03',
        '1.17': '2022-08',
        '1.18': '2023-02',
        '1.19': '2023-08',
        '1.20': '2024-02',
      },
      ...{ '1.21': '2024-08', '1.22': '2025-02', '1.23': '2025-08', '1.24': '2026-02', '1.25': '2026-08' },
    },
  },
  ruby: {
    name: 'Ruby',
    newest: '4.0',
    ended: {
      ...{ '2': '2023-03', '2.1': '2017-03', '2.2': '2018-03', '2.3': '2019-03', '2.4': '2020-03', '2.5': '2021-03' },
      ...{ '2.6': '2022-03', '2.7': '2023-03', '3.0': '2024-04', '3.1': '2025-03', '3.2': '2026-03' },
    },
  },
  php: {
    name: 'PHP',
    newest: '8.5',
    ended: {
      ...{ '5': '2018-12', '5.5': '2016-07', '5.6': '2018-12', '7': '2022-11', '7.0': '2019-01', '7.1': '2019-12' },
      ...{ '7.2': '2020-11', '7.3': '2021-12', '7.4': '2022-11', '8.0': '2023-11', '8.1': '2025-12' },
    },
  },
  postgres: {
    name: 'PostgreSQL',
    newest: '18',
    ended: {
      ...{ '9': '2021-11', '10': '2022-11', '11': '2023-11', '12': '2024-11', '13': '2025-11', '14': '2026-11' },
    },
  },
  mysql: { name: 'MySQL', newest: '8.4', ended: { '5': '2023-10', '8.0': '2026-04' } },
  mongo: {
    name: 'MongoDB',
    newest: '8.0',
    ended: {
      ...{ '2': '2018-04', '3': '2021-04', '4': '2024-02', '4.0': '2022-04', '4.2': '2023-04', '4.4': '2024-02' },
      ...{ '5': '2024-10', '6': '2025-07', '6.0': '2025-07' },
    },
  },
  dotnet: {
    name: '.NET',
    newest: '10.0',
    ended: {
      ...{ '2.1': '2021-08', '2.2': '2019-12', '3.0': '2020-03', '3.1': '2022-12', '5.0': '2022-05', '6.0': '2024-11' },
      ...{ '7.0': '2024-05', '8.0': '2026-11', '9.0': '2026-11' },
    },
  },
}

const distributions: Readonly<Record<string, Product>> = {
  debian: {
    name: 'Debian',
    newest: 'trixie',
    ended: { wheezy: '2018-05', jessie: '2020-06', stretch: '2022-06', buster: '2024-06', bullseye: '2026-08' },
  },
  ubuntu: {
    name: 'Ubuntu',
    newest: '24.04',
    ended: {
      ...{
        '14.04': '2019-04',
        '16.04': '2021-04',
        '18.04': '2023-05',
        '20.04': '2025-05',
        '22.10': '2023-07',
        '23.04': '2024-01',
      },
      ...{ '23.10': '2024-07', '24.10': '2025-07', '25.04': '2026-01', '25.10': '2026-07' },
    },
  },
  alpine: {
    name: 'Alpine',
    newest: '3.24',
    ended: {
      ...{ '2': '2015-11', '3.1': '2016-11', '3.2': '2017-05', '3.3': '2017-11', '3.4': '2018-05', '3.5': '2018-11' },
      ...{
        '3.6': '2019-05',
        '3.7': '2019-11',
        '3.8': '2020-05',
        '3.9': '2020-11',
        '3.10': '2021-05',
        '3.11': '2021-11',
      },
      ...{
        '3.12': '2022-05',
        '3.13': '2022-11',
        '3.14': '2023-05',
        '3.15': '2023-11',
        '3.16': '2024-05',
        '3.17': '2024-11',
      },
      ...{ '3.18': '2025-05', '3.19': '2025-11', '3.20': '2026-04', '3.21': '2026-11' },
    },
  },
  fedora: {
    name: 'Fedora',
    newest: '44',
    ended: {
      ...{ '34': '2022-06', '35': '2022-12', '36': '2023-05', '37': '2023-12', '38': '2024-05', '39': '2024-11' },
      ...{ '40': '2025-05', '41': '2025-12', '42': '2026-05' },
    },
  },
  amazonlinux: { name: 'Amazon Linux', newest: '2023', ended: { '1': '2023-12', '2018': '2023-12', '2': '2026-06' } },
  rhel: { name: 'Enterprise Linux', newest: '9', ended: { '6': '2020-11', '7': '2024-06' } },
}

const programOfImage: readonly (readonly [RegExp, string])[] = [
  [/^(node|python|golang|ruby|php|postgres|mysql|mongo)$/, '$1'],
  [/^mcr\.microsoft\.com\/dotnet\/(?:core\/)?(?:sdk|aspnet|runtime|runtime-deps)$/, 'dotnet'],
]

/** What an image is made of that has no updates any more: first its program, then its distribution. */
export function endedReleases({ officialName = '', tag, distribution }: BaseFacts): readonly EndedRelease[] {
  const program = programOfImage.find(([pattern]) => pattern.test(officialName))
  const nodeOfDistroless = /^gcr\.io\/distroless\/nodejs(\d+)/.exec(officialName)?.[1]
  const key = program === undefined ? undefined : officialName.replace(...program)
  return [
    nodeOfDistroless === undefined
      ? endOf(key === undefined ? undefined : programs[key], tag?.version)
      : endOf(programs['node'], nodeOfDistroless),
    endOf(distribution === undefined ? undefined : distributions[distribution.name], distribution?.release),
  ].filter((found) => found !== undefined)
}

function endOf(product: Product | undefined, version: string | undefined): EndedRelease | undefined {
  if (product === undefined || version === undefined) return undefined
  const [major = '', minor] = version.split('.')
  const isKnown = (cycle: string): boolean => Object.hasOwn(product.ended, cycle)
  const cycle = [version, `${major}.${minor ?? ''}`, major].find((each) => isKnown(each))
  const ended = cycle === undefined ? undefined : product.ended[cycle]
  // `3` of `3.14` is not the `3` that has ended.
  if (cycle === undefined || ended === undefined) return undefined
  return { name: `${product.name} ${cycle}`, ended, successor: `${product.name} ${product.newest}` }
}
