/** Files that hold nothing but secrets, by their names. Keys among them may also be public: `content` tells. */
const secretNames: ReadonlySet<string> = new Set([
  ...['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519', 'id_ed25519_sk', 'id_ecdsa_sk'],
  ...[
    '.netrc',
    '_netrc',
    '.git-credentials',
    '.pgpass',
    '.my.cnf',
    '.dockercfg',
    '.htpasswd',
    '.vault-token',
    '.pypirc',
  ],
  ...['terraform.tfstate', 'terraform.tfstate.backup', 'kubeconfig', 'application_default_credentials.json'],
  ...['ssh_host_rsa_key', 'ssh_host_ecdsa_key', 'ssh_host_ed25519_key', 'secring.gpg'],
])

/** Paths that tools keep credentials at, below a home folder or a project. */
const secretPaths: readonly string[] = [
  '.aws/credentials',
  '.docker/config.json',
  '.kube/config',
  '.config/gcloud/credentials.db',
  '.gem/credentials',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.terraform.d/credentials.tfrc.json',
]

/**
 * Whether a path is, by its name, one of a file that holds secrets: a private key, the credentials of a tool, the variables of an
 * environment (`.env`, but not `.env.example`). What may as well be harmless (`.npmrc`, `*.pem`, `*.key`) is told apart by what is in
 * it: {@link holdsSecret}.
 */
export function isSecretFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (secretNames.has(name) || secretPaths.some((each) => path === each || path.endsWith(`/${each}`))) return true
  return (
    /^\.env(?:\.(?!(?:example|sample|template|dist|defaults?|schema|test|ci)$)[\w.-]+)?$/.test(name) ||
    /(?<!trust(?:ed|store)?)\.(?:p12|pfx|jks|keystore|kdbx|ppk|tfvars|kubeconfig)$/i.test(name) ||
    /^(?:(?:.*[-_.])?service[-_]?account(?:[-_.].*)?|client_secret.*|.*-firebase-adminsdk-.*)\.json$/i.test(name)
  )
}

/** Whether only the content of such a file tells if it holds a secret: {@link holdsSecret}. */
export function mayHoldSecret(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return /^\.(?:npmrc|yarnrc\.yml|yarnrc)$|\.(?:pem|key)$/i.test(name)
}

/** Whether the text of a file holds a private key, or a password for a package registry. */
export function holdsSecret(text: string): boolean {
  return (
    /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text) ||
    /(?:_authToken|_password|_auth|npmAuthToken|npmAuthIdent)\s*[=:]\s*(?!\s*["']?\$)\S/.test(text)
  )
}
