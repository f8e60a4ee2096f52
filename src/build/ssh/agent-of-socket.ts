import { netModule } from '../../std/node-modules.ts'
import type { SshAgent } from '../build-request.ts'
import { agentMessages, agentMessagesOf, framed, refusal } from './agent-protocol.ts'

const passedOn: ReadonlySet<number | undefined> = new Set([agentMessages.requestIdentities, agentMessages.signRequest])

/** An agent of this machine, asked anew each time; one that is gone refuses. */
export function agentOfSocket(path: string): SshAgent {
  return {
    async answer(message) {
      if (!passedOn.has(message[0])) return refusal
      const connection = netModule().connect(path)
      try {
        connection.write(framed(message))
        for await (const answer of agentMessagesOf(connection)) return answer
        return refusal
      } catch {
        return refusal
      } finally {
        connection.destroy()
      }
    },
  }
}
