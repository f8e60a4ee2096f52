import type { Job } from '../../std/job.ts'
import type { RootSandbox } from './root-sandbox.ts'
import { runOrThrow } from './run-or-throw.ts'

/**
 * What scripts leave that differs from run to run, or that nobody needs: logs, caches, backups, temporary files, locks, compiled
 * Python, the identity of the machine. Files of logs that have to be there are emptied.
 */
const clean = `set -e
find /var/log -type f \\( -name '*.log' -o -path '/var/log/apt/*' \\) -delete
find /var/log -type f -size +0 -exec truncate --size=0 {} +
rm -rf /var/cache/ldconfig/aux-cache /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old
find /var/cache/apt/archives /var/lib/apt/lists -type f -delete 2> /dev/null || :
rm -f /etc/.pwd.lock /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/subuid- /etc/subgid-
rm -rf /var/lib/dbus/machine-id /root/.cache /root/.wget-hsts
if [ -e /etc/machine-id ]; then : > /etc/machine-id; fi
find /usr /opt /etc /var -xdev -type d -name __pycache__ -prune -exec rm -rf {} +
find /var/tmp -xdev -mindepth 1 -delete
`

/**
 * Gives the certificates of Java's trust store one date and a fixed order: a store that a script has made has the time of day.
 * The form is that of JKS, version 2, whose sum is over the password and a fixed text too; another one stays as it is. Perl is
 * essential in Debian, but its module for SHA-1 is not.
 */
const dateKeystore = `use strict;
sub sha1 {
  open(my $file, '>:raw', '/run/keystore') or die "/run/keystore: $!";
  print $file @_;
  close($file) or die "/run/keystore: $!";
  return pack('H40', qx(sha1sum /run/keystore));
}
my ($path, $seconds) = @ARGV;
exit unless -f $path;
open(my $in, '<:raw', $path) or die "$path: $!";
my $store = do { local $/; <$in> };
my ($magic, $version, $count) = unpack('N3', $store);
exit unless $magic == 0xfeedfeed && $version == 2;
my $secret = join('', map { "\\0$_" } split(//, 'changeit')) . 'Mighty Aphrodite';
exit unless sha1($secret . substr($store, 0, -20)) eq substr($store, -20);
my ($at, @entries) = (12);
for (1 .. $count) {
  my ($kind, $alias) = unpack('N n/a', substr($store, $at));
  exit unless $kind == 2;
  my $start = $at;
  $at += 6 + length($alias);
  substr($store, $at, 8) = pack('Q>', $seconds * 1000);
  my ($type, $certificate) = unpack('n/a N/a', substr($store, $at + 8));
  $at += 14 + length($type) + length($certificate);
  push @entries, substr($store, $start, $at - $start);
}
my $body = substr($store, 0, 12) . join('', sort @entries);
open(my $out, '>:raw', $path) or die "$path: $!";
print $out $body, sha1($secret . $body);
close($out) or die "$path: $!";
`

/** @throws BaseError `script-failed`, `not-possible-here` */
export async function cleanRoot(sandbox: RootSandbox, recipe: string, job: Job): Promise<void> {
  await runOrThrow(sandbox, ['sh', '-c', clean], `recipe ${recipe}: what its packages left could not be cleaned`, job)
  const keystore = ['perl', '-e', dateKeystore, '/etc/ssl/certs/java/cacerts', String(sandbox.dateSeconds)]
  await runOrThrow(sandbox, keystore, `recipe ${recipe}: the trust store of Java could not be read`, job)
}
