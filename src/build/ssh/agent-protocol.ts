import { WireReader, wireNumber, wireString } from './wire.ts'

/** Numbers of messages: draft-ietf-sshm-ssh-agent, section 6.1. */
export const agentMessages = {
  failure: 5,
  requestIdentities: 11,
  identitiesAnswer: 12,
  signRequest: 13,
  signResponse: 14,
} as const

/** Flags of a request to sign: which hash with RSA. */
export const signFlags = { sha256: 2, sha512: 4 } as const

/** No key, and nothing that is signed, is longer than OpenSSH takes. */
const agentMessageBytesMax = 256 * 1024

/** The answer to whatever is not done. */
export const refusal: Uint8Array = Uint8Array.of(agentMessages.failure)

/** A message with its length in front, as it stands in a stream. */
export function framed(message: Uint8Array): Uint8Array {
  return wireString(message)
}

/** The messages of a stream, each without its length. @throws RangeError for one that is too long */
export async function* agentMessagesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length >= 4) {
      const length = waiting.readUInt32BE()
      if (length > agentMessageBytesMax) throw new RangeError('a message for an SSH agent is too long')
      if (waiting.length < 4 + length) break
      yield waiting.subarray(4, 4 + length)
      waiting = waiting.subarray(4 + length)
    }
  }
}

/** The list of keys. */
export function identitiesAnswer(
  keys: readonly { readonly publicKey: Uint8Array; readonly comment: string }[],
): Uint8Array {
  const listed = keys.flatMap(({ publicKey, comment }) => [wireString(publicKey), wireString(comment)])
  return Buffer.concat([Uint8Array.of(agentMessages.identitiesAnswer), wireNumber(keys.length), ...listed])
}

/** What is to be signed, and by whom. @throws RangeError */
export function readSignRequest(message: Uint8Array): {
  readonly publicKey: Uint8Array
  readonly data: Uint8Array
  readonly flags: number
} {
  const reader = new WireReader(message)
  reader.take(1)
  return { publicKey: reader.string(), data: reader.string(), flags: reader.number() }
}

/** A signature, as `string algorithm, string value`. */
export function signResponse(algorithm: string, value: Uint8Array): Uint8Array {
  const signature = Buffer.concat([wireString(algorithm), wireString(value)])
  return Buffer.concat([Uint8Array.of(agentMessages.signResponse), wireString(signature)])
}
