/** What overlayfs keeps in extended attributes of its own. */
const overlayPrefixes = ['trusted.overlay.', 'user.overlay.'] as const

/** Whether an attribute is an order to overlayfs: one that comes with an image must never reach it. */
export function isOverlayXattr(name: string): boolean {
  return overlayPrefixes.some((prefix) => name.startsWith(prefix))
}

/**
 * Under which names overlayfs keeps its own: `trusted` takes the right over the whole machine, `user` is for user namespaces (the
 * mount option `userxattr`).
 */
export type OverlayNamespace = 'trusted' | 'user'

/** The attribute of a directory that hides what lower layers have in its place, and its value. */
export function opaqueXattr(namespace: OverlayNamespace): { readonly name: string; readonly value: Uint8Array } {
  return { name: `${namespace}.overlay.opaque`, value: Uint8Array.of(0x79) }
}

/**
 * The numbers of a device that an image holds, as they may stand in a lower layer. overlayfs takes character devices 0:0 for
 * whiteouts; there is no driver for 0:1 either.
 */
export function lowerDevice(
  kind: string,
  { deviceMajor, deviceMinor }: { readonly deviceMajor: number; readonly deviceMinor: number },
): { readonly major: number; readonly minor: number } {
  const isWhiteout = kind === 'character-device' && deviceMajor === 0 && deviceMinor === 0
  return { major: deviceMajor, minor: isWhiteout ? 1 : deviceMinor }
}
