import { chmod, chown } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { systemErrorCode } from '../../std/errors.ts'
import { netModule } from '../../std/node-modules.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import type { SshAgent } from '../build-request.ts'
import { agentMessagesOf, framed } from './agent-protocol.ts'

/** Who may ask: as mount options of a RUN have it; undefined is whoever runs this. */
export interface SocketRights {
  readonly mode: number
  readonly uid: number | undefined
  readonly gid: number | undefined
}

/** A socket on which an agent answers until it is disposed of. */
export interface AgentSocket extends AsyncDisposable {
  readonly path: string
}

/** Lets an agent answer on a socket of its own, in a folder that nobody else can enter. */
export async function sshAgentSocket(agent: SshAgent, rights: SocketRights): Promise<AgentSocket> {
  await using held = new AsyncDisposableStack()
  // Its path has to be short, so it is not in the store.
  const folder = held.use(await temporaryDirectory())
  const path = join(folder.path, 'agent')
  const open = new Set<Socket>()
  const server = netModule().createServer((connection) => {
    open.add(connection)
    connection.on('error', () => undefined).on('close', () => open.delete(connection))
    void serve(connection, agent)
  })
  server.listen(path)
  await once(server, 'listening')
  held.defer(() => {
    for (const connection of open) connection.destroy()
    server.close()
  })
  await giveTo(path, rights)
  const moved = held.move()
  return { path, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

/** Who cannot give files away lets all users of the container ask: nobody else gets into the folder. */
async function giveTo(path: string, { mode, uid, gid }: SocketRights): Promise<void> {
  await chmod(path, mode)
  if (uid === undefined || gid === undefined || (uid === 0 && gid === 0)) return
  try {
    await chown(path, uid, gid)
  } catch (error) {
    if (systemErrorCode(error) !== 'EPERM') throw error
    await chmod(path, 0o666)
  }
}

async function serve(connection: Socket, agent: SshAgent): Promise<void> {
  try {
    for await (const message of agentMessagesOf(connection)) connection.write(framed(await agent.answer(message)))
    connection.end()
  } catch {
    // Whoever asked is gone, or wrote what nobody understands.
    connection.destroy()
  }
}
