import type * as openpgp from 'openpgp'

/** The OpenPGP library, which takes 65 ms to load: when the first signature is to be verified. */
export function openpgpModule(): Promise<typeof openpgp> {
  return import('openpgp')
}
