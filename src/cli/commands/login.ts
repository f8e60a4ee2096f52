import { readAll, TooManyBytesError } from '../../std/bytes.ts'
import { checkLogin, saveCredential } from '../../registry-client/login.ts'
import { defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { registryClientConfig } from '../registry-config.ts'
import { parseRegistryHost } from '../registry-host.ts'
import { registryOptions } from '../shared-options.ts'
import { ask } from '../terminal/prompt.ts'

const passwordBytesMax = 64 * 1024

export const definition = defineCommand(
  {
    arguments: {
      registry: { kind: 'optional', name: 'HOST', summary: 'The registry; Docker Hub unless given' },
    },
    options: {
      username: { kind: 'text', short: 'u', value: 'NAME', summary: 'The user name; asked for unless given' },
      'password-stdin': { kind: 'flag', summary: 'Read the password, or a token, from standard input' },
      password: { kind: 'text', short: 'p', value: 'PASSWORD', summary: 'Unsafe: other users can see it' },
      ...registryOptions,
    },
    notes: [
      "The login is checked with the registry and then kept where docker keeps it: by the credential helper that docker's " +
        'config.json names, or else in that file, readable for its owner only.',
    ],
    examples: [
      { line: 'wherry login ghcr.io', summary: 'Be asked for name and password' },
      {
        line: 'wherry login -u me --password-stdin ghcr.io < token.txt',
        summary: 'Log in from a script',
      },
    ],
  },
  async (context, values, options) => {
    const { job, environment } = context
    const registry = parseRegistryHost(values.registry ?? 'docker.io')
    const username = options.username ?? (await askFor('Username: ', false, context, '--username'))
    const password = await obtainPassword(options, context)
    if (username === '' || password === '') return wrongUsage('neither the user name nor the password may be empty')
    const credential = { kind: 'password', username, password } as const
    await checkLogin(registry, credential, registryClientConfig(context, options), job)
    const place = await saveCredential(registry, credential, environment, job)
    const where = place.kind === 'file' ? place.path : `the credential helper ${place.helper}`
    job.emit({ type: 'notice', level: 'info', message: `logged in to ${registry} as ${username}, kept in ${where}` })
    if (place.kind === 'file') {
      const message = 'the password can be read in that file: a credential helper would keep it safer'
      job.emit({ type: 'notice', level: 'warning', message })
    }
    return 0
  },
)

async function obtainPassword(
  options: { readonly password: string | undefined; readonly 'password-stdin': boolean },
  context: CommandContext,
): Promise<string> {
  if (options.password !== undefined) {
    if (options['password-stdin']) return wrongUsage('--password and --password-stdin exclude each other')
    const message = 'other users of this machine can see a password in a command line: use --password-stdin'
    context.job.emit({ type: 'notice', level: 'warning', message })
    return options.password
  }
  return options['password-stdin'] ? readPassword() : askFor('Password: ', true, context, '--password-stdin')
}

/** The line break behind a password belongs to the file that it came from. */
async function readPassword(): Promise<string> {
  try {
    const bytes = await readAll(process.stdin, passwordBytesMax)
    return new TextDecoder().decode(bytes).replace(/\r?\n$/, '')
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error
    return wrongUsage(`what came on standard input is no password: it is longer than ${passwordBytesMax} bytes`)
  }
}

async function askFor(question: string, hidden: boolean, { job }: CommandContext, option: string): Promise<string> {
  if (!process.stdin.isTTY)
    return wrongUsage(`there is no terminal to ask at for ${question.slice(0, -2).toLowerCase()}`, `Use ${option}.`)
  return await ask(question, job.signal, { hidden })
}
