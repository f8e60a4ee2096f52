/** In place of the digest of a body that has no end. */
export const unfinished = 'unfinished'
