import type { Recipe } from '../recipe-schema.ts'
import { unneededPaths } from './unneeded-paths.ts'

/**
 * For programs that need no library. Dependencies are left out: those of these packages are for their maintainer scripts, whose
 * work is done without them.
 */
export const staticRecipe: Recipe = {
  description: 'CA certificates, time zones, users and os-release, for programs that need no library',
  suite: 'trixie',
  packages: [
    // The folders of the file system, os-release, and the texts of the common licences.
    'base-files',
    // Whom TLS trusts.
    'ca-certificates',
    // The names of ports and protocols, which Go and glibc look up.
    'netbase',
    // Time zones.
    'tzdata',
  ],
  dependencies: 'none',
  exclude: {
    paths: [
      ...unneededPaths,
      // Programs and texts for a person at a terminal.
      '/etc/issue',
      '/etc/issue.net',
      '/etc/update-motd.d',
      '/usr/games',
      '/usr/include',
      '/usr/sbin/update-ca-certificates',
      '/usr/share/base-files',
      '/usr/share/dict',
      '/usr/src',
      '/boot',
      // They are links below.
      '/var/lock',
      '/var/run',
      // All zones in a second form, for tools that compile them.
      '/usr/share/zoneinfo/tzdata.zi',
      // The same again, and with leap seconds, in Debian 12.
      '/usr/share/zoneinfo/posix',
      '/usr/share/zoneinfo/right',
    ],
  },
  users: [
    { name: 'root', uid: 0, home: '/root', comment: 'root' },
    { name: 'nobody', uid: 65_534, home: '/nonexistent', comment: 'nobody' },
    { name: 'nonroot', uid: 65_532, home: '/home/nonroot', comment: 'nonroot' },
  ],
  groups: [
    { name: 'root', gid: 0 },
    { name: 'tty', gid: 5 },
    { name: 'shadow', gid: 42 },
    { name: 'nogroup', gid: 65_534 },
    { name: 'nonroot', gid: 65_532 },
  ],
  directories: [
    { path: '/home/nonroot', mode: '0700', owner: '65532:65532' },
    { path: '/run/lock', mode: '1777' },
  ],
  links: { '/var/lock': '/run/lock', '/var/run': '/run' },
  environment: {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
  },
  user: '65532:65532',
  'working-directory': '/home/nonroot',
}
