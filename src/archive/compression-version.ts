/**
 * Of what compressing makes of the same bytes. It is raised where that changes, so that nothing compressed before is taken from a cache:
 * with it, a blob's digest would depend on what a machine did earlier.
 */
export const compressionVersion = 2
