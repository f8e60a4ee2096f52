/** With `i` and `u` together, letters count as equal that Unicode folds: BuildKit's pattern does the same. */
const secretPattern = /(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/iu
const harmlessPattern = /(?:_|^)(?:public|file|version)(?:_|$)/iu

/** Whether a variable has the name of a secret, as BuildKit's check `SecretsUsedInArgOrEnv` sees it. */
export function isSecretName(name: string): boolean {
  return secretPattern.test(name) && !harmlessPattern.test(name)
}
