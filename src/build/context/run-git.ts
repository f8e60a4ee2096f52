import { spawn } from 'node:child_process'
import type { Environment } from '../../http/connections.ts'
import type { Job } from '../../std/job.ts'
import { printableLines } from '../../std/printable.ts'
import { BuildError } from '../errors.ts'

/** What is kept of what git says. */
const outputCharactersMax = 64 * 1024

/** Variables that say how to reach a server, and nothing about what git does. */
const passedVariables =
  /^(?:PATH|HOME|USER|LANG|LC_.*|TMPDIR|https?_proxy|all_proxy|no_proxy|SSH_AUTH_SOCK|SSL_CERT_(?:FILE|DIR)|GIT_SSL_CAINFO)$/i

/** What git is told beside its words. */
export interface GitSurroundings {
  /** What proxies, and the way to an SSH agent, are taken from. */
  readonly environment: Environment
  /** Those that count in any case. */
  readonly variables: NodeJS.ProcessEnv
}

/**
 * Runs git without any settings of this machine's or its user's, and with none that could start a program: no hooks, no filters, no
 * helpers, and no protocols but those that are asked for. Files are made for all to read (umask 022), as in BuildKit.
 *
 * @returns what it printed
 * @throws BuildError `fetch-failed`
 */
export async function runGit(
  words: readonly string[],
  folder: string,
  { environment, variables }: GitSurroundings,
  job: Job,
): Promise<string> {
  job.signal.throwIfAborted()
  const settings = [
    ...['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'credential.helper=', 'protocol.version=2'],
    ...[
      'core.autocrlf=false',
      'core.logAllRefUpdates=false',
      'core.symlinks=true',
      'advice.detachedHead=false',
      'gc.auto=0',
      'maintenance.auto=false',
    ],
  ].flatMap((setting) => ['-c', setting])
  const child = spawn('/bin/sh', ['-c', 'umask 022; exec git "$@"', 'git', ...settings, ...words], {
    cwd: folder,
    env: { ...gitEnvironment(environment), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: job.signal,
  })
  const [output, errors] = [collect(child.stdout), collect(child.stderr)]
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).catch((error: unknown) => {
    job.signal.throwIfAborted()
    throw error
  })
  job.signal.throwIfAborted()
  if (status === 0) return output()
  if (status === 127) {
    throw new BuildError('fetch-failed', 'git is not installed', {
      hint: 'A git repository is fetched by the program git.',
    })
  }
  const said = printableLines(errors().trim())
  throw new BuildError('fetch-failed', `git ${words[0] ?? ''}: ${said}`, {
    hint: /could not read Username|Authentication failed/.test(said)
      ? 'A private repository takes a token: --secret id=GIT_AUTH_TOKEN,env=VARIABLE, or id=GIT_AUTH_TOKEN.HOST for one host.'
      : undefined,
  })
}

function gitEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const passed = Object.entries(environment).filter(([name]) => passedVariables.test(name))
  return {
    ...Object.fromEntries(passed),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ALLOW_PROTOCOL: 'https:http:git:ssh',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_LFS_SKIP_SMUDGE: '1',
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-outputCharactersMax)
  })
  return () => text
}
