import type { Provider } from './provider.ts'
import { directory, link } from './provider.ts'

/** The directory of the dynamic linker beside /lib, where an architecture has one (its psABI). */
const wideLibraries: Readonly<Record<string, readonly string[]>> = {
  amd64: ['lib64'],
  ppc64el: ['lib64'],
}

/**
 * The links of the root directory to those below /usr (Debian's usrmerge): made before the packages are placed, so that what
 * these have in /bin or /lib goes where it belongs.
 */
export const mergedUsr: Provider = ({ architecture }) =>
  ['bin', 'lib', ...(wideLibraries[architecture] ?? []), 'sbin'].flatMap((name) => [
    directory(`usr/${name}`),
    link(name, `usr/${name}`),
  ])
