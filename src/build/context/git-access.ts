import type { BuildSecret, SshAgent } from '../build-request.ts'
import type { Environment } from '../../http/connections.ts'
import { sshAgentSocket } from '../ssh/agent-socket.ts'
import type { Job } from '../../std/job.ts'
import { BuildError } from '../errors.ts'

/** By what rights repositories are fetched. */
export interface GitAccess {
  /** Proxies, and the way to an SSH agent. */
  readonly environment: Environment
  /** `GIT_AUTH_TOKEN` and `GIT_AUTH_HEADER` are looked for among them. */
  readonly secrets: ReadonlyMap<string, BuildSecret>
  /** `default` counts before the agent of the environment. */
  readonly sshAgents: ReadonlyMap<string, SshAgent>
}

/** Variables for git. Disposing of them ends what they name. */
export interface GitVariables extends AsyncDisposable {
  readonly variables: NodeJS.ProcessEnv
}

/**
 * The rights to one remote, as BuildKit finds them (its source/git): the secret `GIT_AUTH_HEADER.HOST`, `GIT_AUTH_HEADER`,
 * `GIT_AUTH_TOKEN.HOST` or `GIT_AUTH_TOKEN`, the first that is there, for URLs that begin with the remote's, or with that of github.com;
 * for SSH the agent `default`. They are passed in git's environment: neither its arguments nor its files have them.
 *
 * @throws BuildError `bad-build-option`
 */
export async function gitVariables(remote: string, { secrets, sshAgents }: GitAccess, job: Job): Promise<GitVariables> {
  if (!/^https?:\/\//i.test(remote)) {
    const agent = sshAgents.get('default')
    if (agent === undefined) return { variables: {}, [Symbol.asyncDispose]: () => Promise.resolve() }
    const socket = await sshAgentSocket(agent, { mode: 0o600, uid: undefined, gid: undefined })
    return { variables: { SSH_AUTH_SOCK: socket.path }, [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose]() }
  }
  const authorization = await authorizationFor(new URL(remote).host, secrets, job)
  const setting =
    authorization === undefined
      ? {}
      : {
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: `http.${scopeOf(remote)}.extraHeader`,
          GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
        }
  return { variables: setting, [Symbol.asyncDispose]: () => Promise.resolve() }
}

async function authorizationFor(host: string, secrets: GitAccess['secrets'], job: Job): Promise<string | undefined> {
  for (const name of ['GIT_AUTH_HEADER', 'GIT_AUTH_TOKEN']) {
    for (const id of [`${name}.${host}`, name]) {
      const secret = secrets.get(id)
      if (secret === undefined) continue
      const text = Buffer.from(await secret.read(job))
        .toString('utf8')
        .trim()
      // A line break would begin another header.
      if (/[\r\n\0]/.test(text)) {
        throw new BuildError('bad-build-option', `the secret ${id} has several lines`, {
          hint: 'It is one token or one header.',
        })
      }
      return name === 'GIT_AUTH_HEADER' ? text : `basic ${Buffer.from(`x-access-token:${text}`).toString('base64')}`
    }
  }
  return undefined
}

/** Submodules of github.com are often of the same owner. A user's name in the URL does not count: git would want the same in each. */
function scopeOf(remote: string): string {
  const [, gitHub] = /^(https:\/\/(?:www\.)?github\.com\/)/i.exec(remote) ?? []
  return gitHub ?? remote.replace(/^(https?:\/\/)[^/]*@/i, '$1')
}
