import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { readDownload } from './downloads.ts'
import { namedProgram } from './named-program.ts'
import type { TextSecret } from './text-secrets.ts'
import { secretsInText } from './text-secrets.ts'
import { isPlaceholder } from './secret-shapes.ts'

/**
 * Variables that hold a credential wherever they are set. `SECRET_KEY` and the like are not among them: builds are given made-up ones
 * to get past a check.
 */
const secretVariables =
  /^(?:AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|PGPASSWORD|MYSQL_PWD|SSHPASS|(?:\w+_)?(?:PASSWORD|TOKEN|API_?KEY|CLIENT_SECRET))$/

const secretOptions =
  /^--(?:[a-z]+-)?(?:password|passwd|token|auth-?token|access-token|api-?key|api-token|secret-key|client-secret)$|^--_authToken$/i

/** Programs whose such options take the next word. Others may have options of these names that take nothing. */
const takesNextWord: ReadonlySet<string> = new Set([
  ...[
    'docker',
    'podman',
    'nerdctl',
    'buildah',
    'skopeo',
    'helm',
    'oras',
    'crane',
    'wget',
    'svn',
    'hg',
    'gh',
    'glab',
    'az',
    'npm',
    'yarn',
  ],
  ...[
    'dotnet',
    'nuget',
    'twine',
    'snyk',
    'sentry-cli',
    'sonar-scanner',
    'vault',
    'codecov',
    'vercel',
    'netlify',
    'firebase',
    'heroku',
  ],
])

/** Programs with `-p PASSWORD`. */
const takesShort: ReadonlySet<string> = new Set([
  ...['docker', 'podman', 'nerdctl', 'buildah', 'skopeo', 'helm', 'oras', 'crane', 'sshpass', 'dotnet', 'twine'],
])

/** These set passwords of users: FixedPassword. The others print, or compare. */
const leftAlone = /^(?:useradd|usermod|adduser|chpasswd|passwd|echo|printf|grep|sed|test|\[)$/

/** The credentials that stand in the words of a command. Ranges are of the file, and of whole words. */
export function secretsInCommand(command: ShellCommand): readonly TextSecret[] {
  const { program, arguments: words, assignments, redirections } = command
  const exported = /^(?:export|declare|env)$/.test(program) ? words : []
  const variables = [
    ...assignments.map(({ name, value, range }) => ({ name, value: value?.value ?? '', range })),
    ...exported.map(({ value, range }) => ({ ...splitAtEquals(value), range })),
  ].flatMap(({ name, value, range }) =>
    secretVariables.test(name) && isSecretValue(value) ? [{ what: `the value of ${name}`, range }] : [],
  )
  const values = [
    ...assignments.flatMap(({ value }) => value ?? []),
    ...redirections.flatMap(({ target }) => target ?? []),
  ]
  if (leftAlone.test(program)) return variables
  return [...variables, ...optionSecrets(command), ...[...words, ...values].flatMap((word) => textSecrets(word))]
}

function splitAtEquals(text: string): { readonly name: string; readonly value: string } {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  return { name, value }
}

function isSecretValue(value: string): boolean {
  return value.length >= 6 && !isPlaceholder(value) && !/^[./~]|^\d+$|\s/.test(value)
}

function textSecrets({ value, range }: ShellWord): readonly TextSecret[] {
  const [found] = secretsInText(value)
  return found === undefined ? [] : [{ what: found.what, range }]
}

function optionSecrets(command: ShellCommand): readonly TextSecret[] {
  const { program, arguments: words } = command
  const logins = (readDownload(command)?.options ?? []).flatMap(({ name, value = '', valueWord }) => {
    const password = value.slice(value.indexOf(':') + 1)
    const isLogin = /^(?:-u|--user|-U|--proxy-user)$/.test(name) && value.includes(':') && valueWord !== undefined
    return isLogin && program === 'curl' && !isPlaceholder(password)
      ? [{ what: `a password for ${program}`, range: valueWord.range }]
      : []
  })
  const isServer = /^(?:redis|valkey|keydb)-server$/.test(program)
  const hasShort = takesShort.has(program) && isLogin(command)
  const others = words.flatMap((word, index) => {
    if (!/^-|:_/.test(word.value)) return []
    const { name, value } = splitAtEquals(word.value)
    const what = `a password or token for ${namedProgram(program)}`
    if (secretOptions.test(name)) return isSecretValue(value) ? [{ what, range: word.range }] : []
    const next = words[index + 1]
    const isOption = takesNextWord.has(program) && secretOptions.test(word.value)
    const isShort = hasShort && word.value === '-p'
    const isSetting =
      /:_(?:authToken|password|auth)$/.test(word.value) ||
      (isServer && /^--(?:requirepass|masterauth)$/.test(word.value))
    const isSecret = next !== undefined && (isOption || isShort || isSetting) && isSecretValue(next.value)
    if (isSecret) return [{ what, range: next.range }]
    const attached = /^(?:mysql|mysqldump|mysqladmin|mariadb)$/.test(program)
      ? /^-p(.+)$/.exec(word.value)?.[1]
      : undefined
    return attached !== undefined && isSecretValue(attached) ? [{ what, range: word.range }] : []
  })
  return [...logins, ...others]
}

/** `docker run -p 80:80` gives no password. */
function isLogin({ program, arguments: words }: ShellCommand): boolean {
  return program === 'sshpass' || words.some(({ value }) => /^(?:login|add|update|upload)$/.test(value))
}
