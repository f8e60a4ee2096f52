import type { Recipe } from '../recipe-schema.ts'

/** For programs that need glibc, and OpenSSL at most: most of what C, Go with cgo and Rust make. */
export const baseRecipe: Recipe = {
  description: 'static, with glibc and OpenSSL',
  extends: 'static',
  packages: [
    'libc6',
    // The name that both Debian 12 and 13 know: in 13 it is provided by libssl3t64.
    'libssl3',
  ],
  exclude: {
    packages: [
      // Comes with cc. glibc opens it only when a thread is cancelled.
      'libgcc-s1',
      // Ciphers that nobody should use any more.
      'openssl-provider-legacy',
    ],
    paths: [
      // Converters of iconv, 3 MB: those stay that glibc itself counts as its core, and others leave out of small systems too.
      '/usr/lib/*/gconv/*',
      ...['ANSI_X3.110', 'CP1252', 'ISO8859-1', 'ISO8859-15', 'UNICODE', 'UTF-16', 'UTF-32', 'UTF-7'].map(
        (name) => `!/usr/lib/*/gconv/${name}.so`,
      ),
      '!/usr/lib/*/gconv/gconv-modules',
      // Libraries that watch memory and threads, for debuggers.
      '/usr/lib/*/libc_malloc_debug.so.0',
      '/usr/lib/*/libmemusage.so',
      '/usr/lib/*/libpcprofile.so',
      '/usr/lib/*/libthread_db.so.1',
    ],
  },
}
