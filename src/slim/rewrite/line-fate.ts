/**
 * What becomes of a line of the last stage that does not stay as it is: `left-out` where nothing uses what it makes; narrower lines; or
 * numbers in place of a name in `--chown`.
 */
export type LineFate = 'left-out' | { readonly narrowed: readonly string[] } | { readonly chown: string }
