/** The domain of the Debian project. */
const project = 'debian.org'

/** Debian's public archive, which the nearest of its mirrors answers for (`www.debian.org/mirror/list`). With `/` at the end. */
export const publicArchive = `https://deb.${project}/debian/`

/** Where Debian publishes security updates first. With `/` at the end. */
export const publicSecurityArchive = `https://deb.${project}/debian-security/`
