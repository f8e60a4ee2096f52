import { readFile, stat } from 'node:fs/promises'
import { errorMessage } from '../std/errors.ts'
import type { SshAgent } from './build-request.ts'
import { BuildError } from './errors.ts'
import { agentOfKeys } from './ssh/agent-of-keys.ts'
import { agentOfSocket } from './ssh/agent-of-socket.ts'
import { readPrivateKey } from './ssh/private-key.ts'

/** BuildKit's bound (session/sshforward/sshprovider). */
const keyBytesMax = 100 * 1024

/**
 * Reads `--ssh`: an ID, by default that of the agent of SSH_AUTH_SOCK, or `ID=PATH`, where PATH is the socket of an agent, or one or
 * several files of private keys with commas between them.
 *
 * @throws BuildError `bad-build-option`
 */
export async function parseSsh(
  text: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly id: string; readonly agent: SshAgent }> {
  const title = `--ssh ${text}`
  const equals = text.indexOf('=')
  const id = equals === -1 ? text : text.slice(0, equals)
  const given = equals === -1 ? (environment['SSH_AUTH_SOCK'] ?? '') : text.slice(equals + 1)
  if (id === '') throw new BuildError('bad-build-option', `${title}: it has no ID`, { hint: 'Write --ssh default.' })
  if (given === '') {
    throw new BuildError('bad-build-option', `${title}: no agent is known`, {
      hint: 'Set SSH_AUTH_SOCK, or write --ssh default=SOCKET or --ssh default=KEY.',
    })
  }
  const paths = given.split(',')
  const files = await Promise.all(paths.map((path) => find(path, title)))
  const [first] = files
  if (first?.isSocket === true && files.length === 1) return { id, agent: agentOfSocket(first.path) }
  const socket = files.find((each) => each.isSocket)
  if (socket !== undefined) {
    throw new BuildError(
      'bad-build-option',
      `${title}: ${socket.path} is the socket of an agent, and stands beside others`,
      {
        hint: 'Write one socket, or key files alone.',
      },
    )
  }
  return { id, agent: agentOfKeys(await Promise.all(files.map(({ path }) => readKey(path, title)))) }
}

async function find(path: string, title: string): Promise<{ readonly path: string; readonly isSocket: boolean }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new BuildError('bad-build-option', `${title}: ${errorMessage(cause)}`, { cause })
  })
  if (found.isSocket()) return { path, isSocket: true }
  if (found.isFile() && found.size <= keyBytesMax) return { path, isSocket: false }
  throw new BuildError('bad-build-option', `${title}: ${path} is neither the socket of an agent nor a key`)
}

async function readKey(path: string, title: string): Promise<ReturnType<typeof readPrivateKey>> {
  try {
    return readPrivateKey(await readFile(path))
  } catch (cause) {
    if (cause instanceof BuildError) {
      throw new BuildError('bad-build-option', `${title}: ${path}: ${cause.message}`, { cause, hint: cause.hint })
    }
    throw new BuildError('bad-build-option', `${title}: ${path} cannot be read: ${errorMessage(cause)}`, { cause })
  }
}
