import type { SshAgent } from '../build-request.ts'
import { agentMessages, identitiesAnswer, readSignRequest, refusal, signResponse } from './agent-protocol.ts'
import type { PrivateKey } from './private-key.ts'

/** An agent that holds keys in memory, and signs with them. */
export function agentOfKeys(keys: readonly PrivateKey[]): SshAgent {
  return {
    async answer(message) {
      const [kind] = message
      if (kind === agentMessages.requestIdentities) return identitiesAnswer(keys)
      if (kind !== agentMessages.signRequest) return refusal
      try {
        const { publicKey, data, flags } = readSignRequest(message)
        const key = keys.find((each) => Buffer.compare(each.publicKey, publicKey) === 0)
        const signed = key?.sign(data, flags)
        return signed === undefined ? refusal : signResponse(signed.algorithm, signed.value)
      } catch {
        return refusal
      }
    },
  }
}
