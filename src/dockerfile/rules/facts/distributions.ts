/** What an image of a Linux distribution is made of. */
export interface Distribution {
  readonly name: DistributionName
  /** As the distribution's own images are tagged: `bookworm`, `24.04`, `3.22`, `9`. Undefined where the name does not say. */
  readonly release: string | undefined
}

/** Distributions that images are made of. `wolfi` is Chainguard's, with apk and glibc. */
export type DistributionName = keyof typeof distributions

/** What is known of a distribution's own image, and so of images that add nothing to it. */
export interface DistributionFacts {
  readonly libc: 'glibc' | 'musl'
  readonly packageManager: 'apt' | 'apk' | 'dnf' | 'zypper' | 'pacman'
  readonly hasCertificates: boolean | undefined
  readonly hasTimeZones: boolean | undefined
  /** Programs that it surely has. */
  readonly has: ReadonlySet<string>
  /** Programs that it surely lacks. */
  readonly lacks: ReadonlySet<string>
  /** The names in /etc/passwd besides root, of all releases. Undefined where they are not known. */
  readonly users: readonly string[] | undefined
}

const busyboxPrograms = words(
  'sh ash wget nc vi ps ping top tar gzip gunzip unzip bunzip2 sed awk grep find xargs less more cut sort head tail date env ' +
    'cat cp mv rm ln ls mkdir chmod chown touch test sleep su adduser addgroup deluser nslookup netstat ip hostname diff cmp md5sum ' +
    'sha256sum base64 timeout pgrep pkill kill killall',
)

/** What no distribution's own image has, and scripts like to call. */
const addedByHand = words(
  'git make gcc g++ jq vim nano node npm npx yarn pnpm ruby gem php composer java javac mvn gradle go cargo rustc pip pip3 dotnet ' +
    'tini gosu su-exec dumb-init supervisord nginx rsync socat zip ssh psql mysql mysqladmin pg_isready redis-cli mongosh htop ' +
    'telnet nmap strace ffmpeg http grpcurl grpc_health_probe chromium',
)

const debianPrograms = words(
  'sh dash bash perl tar gzip sed awk mawk grep find xargs cut sort head tail date env cat cp mv rm ln ls mkdir chmod chown touch test ' +
    'sleep useradd groupadd usermod su diff cmp md5sum sha256sum base64 timeout getent hostname dpkg apt apt-get mount',
)

const debianLacks = [
  ...addedByHand,
  ...words('curl wget nc netcat ncat python python2 python3 ps top pgrep pkill ping ip ss netstat nslookup dig'),
  ...words('sudo unzip bzip2 xz gpg less file busybox ash apk dnf yum microdnf zypper pacman'),
]

const debianUsers = words(
  'daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody _apt systemd-timesync ' +
    'systemd-network systemd-resolve systemd-bus-proxy libuuid',
)

const redHatPrograms = words(
  'sh bash curl sed awk gawk grep cut sort head tail date env cat cp mv rm ln ls mkdir chmod chown touch test sleep ' +
    'sha256sum md5sum base64 timeout rpm',
)

const redHatLacks = [
  ...addedByHand,
  ...words('wget nc ncat netcat telnet unzip netstat nslookup dig busybox ash apk apt apt-get dpkg zypper pacman'),
]

/**
 * As the package lists of the images say: github.com/docker-library/repo-info, `repos/*` + `/local`, September 2026, and Red Hat's
 * Ecosystem Catalog. Where releases differ nothing is claimed.
 */
const distributions = {
  alpine: {
    libc: 'musl',
    packageManager: 'apk',
    // ca-certificates-bundle came with apk-tools in 3.10.
    hasCertificates: true,
    hasTimeZones: false,
    has: new Set([...busyboxPrograms, 'apk', 'getent', 'ssl_client']),
    lacks: new Set([
      ...addedByHand,
      ...words(
        'bash curl python python2 python3 perl useradd groupadd usermod sudo gpg apt apt-get dpkg dnf yum microdnf',
      ),
      ...words('zypper pacman dig ss file'),
    ]),
    users: words(
      'bin daemon adm lp sync shutdown halt mail news uucp operator man postmaster cron ftp sshd at squid xfs games cyrus vpopmail ' +
        'ntp smmsp guest nobody',
    ),
  },
  debian: {
    libc: 'glibc',
    packageManager: 'apt',
    hasCertificates: false,
    hasTimeZones: true,
    has: new Set(debianPrograms),
    lacks: new Set(debianLacks),
    users: debianUsers,
  },
  ubuntu: {
    libc: 'glibc',
    packageManager: 'apt',
    hasCertificates: false,
    hasTimeZones: false,
    has: new Set(debianPrograms),
    lacks: new Set(debianLacks.filter((program) => !['ps', 'top', 'pgrep', 'pkill', 'bzip2'].includes(program))),
    users: [...debianUsers, 'ubuntu'],
  },
  fedora: {
    libc: 'glibc',
    packageManager: 'dnf',
    hasCertificates: true,
    hasTimeZones: undefined,
    has: new Set([...redHatPrograms, 'dnf', 'useradd', 'groupadd']),
    lacks: new Set(redHatLacks),
    users: undefined,
  },
  /** Red Hat's UBI, CentOS, Rocky Linux, AlmaLinux and Oracle Linux. */
  rhel: {
    libc: 'glibc',
    packageManager: 'dnf',
    hasCertificates: true,
    hasTimeZones: undefined,
    has: new Set(redHatPrograms),
    lacks: new Set(redHatLacks),
    users: undefined,
  },
  amazonlinux: {
    libc: 'glibc',
    packageManager: 'dnf',
    hasCertificates: true,
    hasTimeZones: undefined,
    has: new Set(redHatPrograms),
    lacks: new Set([...redHatLacks, ...words('useradd groupadd tar sudo')]),
    users: undefined,
  },
  azurelinux: {
    libc: 'glibc',
    packageManager: 'dnf',
    hasCertificates: undefined,
    hasTimeZones: undefined,
    has: new Set(words('sh bash tdnf')),
    lacks: new Set(words('apk apt apt-get zypper pacman')),
    users: undefined,
  },
  opensuse: {
    libc: 'glibc',
    packageManager: 'zypper',
    hasCertificates: true,
    hasTimeZones: undefined,
    has: new Set(words('sh bash zypper rpm cat cp mv rm ls mkdir chmod chown sed grep')),
    lacks: new Set(words('apk apt apt-get dpkg dnf yum pacman wget')),
    users: undefined,
  },
  archlinux: {
    libc: 'glibc',
    packageManager: 'pacman',
    hasCertificates: true,
    hasTimeZones: true,
    has: new Set(words('sh bash pacman curl tar gzip sed awk grep find useradd groupadd getent')),
    lacks: new Set(words('apk apt apt-get dpkg dnf yum zypper wget git make gcc python3 node npm')),
    users: undefined,
  },
  wolfi: {
    libc: 'glibc',
    packageManager: 'apk',
    hasCertificates: true,
    hasTimeZones: undefined,
    has: new Set(words('sh ash apk cat cp mv rm ls mkdir chmod chown sed grep adduser addgroup')),
    lacks: new Set(
      words('bash curl git python3 node npm apt apt-get dpkg dnf yum zypper pacman make gcc useradd groupadd'),
    ),
    users: words('nonroot nobody'),
  },
} as const satisfies Readonly<Record<string, DistributionFacts>>

/** Releases whose images had many more programs than those of today. */
const roomy: ReadonlySet<string | undefined> = new Set(['wheezy', 'jessie', 'stretch', '12.04', '14.04', '16.04'])

/** Whether the image of a release has no more programs than {@link distributionFacts} tells. */
export function isSlim({ release }: Distribution): boolean {
  return !roomy.has(release)
}

/** What is known of a distribution's own image. */
export function distributionFacts(name: DistributionName): DistributionFacts {
  return distributions[name]
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
