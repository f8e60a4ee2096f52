const domainPattern =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/
const repositoryPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/
const repositoryLengthMax = 255

/**
 * Whether a text can be the name of an image, as BuildKit reads FROM (distribution/reference, `ParseNormalizedNamed`). Whether
 * there is such an image is another question.
 */
export function isImageReference(text: string): boolean {
  if (/^[a-f0-9]{64}$/.test(text)) return false
  const slash = text.indexOf('/')
  const first = slash === -1 ? '' : text.slice(0, slash)
  const hasDomain = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase()
  const domain = hasDomain ? first : 'docker.io'
  const rest = hasDomain ? text.slice(slash + 1) : text
  const at = rest.indexOf('@')
  const named = at === -1 ? rest : rest.slice(0, at)
  if (at !== -1 && !digestPattern.test(rest.slice(at + 1))) return false
  const colon = named.indexOf(':')
  if (colon !== -1 && !tagPattern.test(named.slice(colon + 1))) return false
  return isRepository(colon === -1 ? named : named.slice(0, colon), domain)
}

function isRepository(path: string, domain: string): boolean {
  // What cannot be a host may still be the first part of a path.
  const isHost = domainPattern.test(domain)
  const isHub = ['docker.io', 'index.docker.io'].includes(domain)
  const repository = !isHost ? `${domain}/${path}` : isHub && !path.includes('/') ? `library/${path}` : path
  return repository.length <= repositoryLengthMax && repository.split('/').every((part) => repositoryPattern.test(part))
}
