import type { Recipe } from '../recipe-schema.ts'

/** The programs of busybox that people look around with, and that it has in both Debian 12 and 13. */
const programs =
  '[ [[ ar arch arp arping ash awk base64 basename bc bunzip2 bzcat bzip2 cat chgrp chmod chown chroot clear cmp cp cut date dd df ' +
  'diff dirname dmesg dnsdomainname dos2unix du echo egrep env expand expr false fgrep find fold free getopt grep groups gunzip ' +
  'gzip head hexdump hostname httpd id ifconfig ip kill killall less ln losetup ls md5sum mkdir mkfifo mktemp more mount mv nc ' +
  'netstat nl nproc nsenter nslookup od paste patch pidof ping ping6 printf ps pwd readlink realpath rev rm rmdir route sed seq ' +
  'setsid sh sha1sum sha256sum sha3sum sha512sum shuf sleep sort stat strings stty sync sysctl tac tail tar tee telnet test time ' +
  'timeout top touch tr traceroute traceroute6 true truncate tty umount uname unexpand uniq unix2dos unlink unshare unzip uptime ' +
  'uudecode uuencode vi watch wc wget which who whoami xargs xxd xz xzcat yes zcat'

/** For looking around: a shell and the usual small programs. */
export const shellRecipe: Recipe = {
  description: 'base, with busybox, for debugging',
  extends: 'base',
  packages: ['busybox'],
  links: Object.fromEntries(programs.split(' ').map((name) => [`/usr/bin/${name}`, 'busybox'])),
  users: [{ name: 'root', uid: 0, home: '/root', shell: '/bin/sh', comment: 'root' }],
  user: '0:0',
  'working-directory': '/root',
  command: ['sh'],
}
