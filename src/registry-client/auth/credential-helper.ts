import type { ChildProcess } from 'node:child_process'
import { looseObject, safeParse, string } from 'valibot'
import { systemErrorCode } from '../../std/errors.ts'
import type { Environment } from '../../http/connections.ts'
import type { Credential } from '../credential.ts'
import { RegistryError } from '../errors.ts'

/** How a credential helper is called: the protocol of docker-credential-helpers. */
export interface HelperCall {
  /** The part of its name after `docker-credential-`. */
  readonly helper: string
  /** For errors, as in references. */
  readonly registry: string
  readonly environment: Environment
  readonly signal: AbortSignal
}

/** Helpers may ask a person to unlock a key ring. */
const timeoutMs = 60_000
const outputBytesMax = 64 * 1024

/** By this user name helpers say that the secret is an identity token. */
const tokenUsername = '<token>'

const answerSchema = looseObject({ Username: string(), Secret: string() })

/** What the helper has for a server, and undefined if it has nothing. @throws RegistryError `bad-configuration` */
export async function getFromHelper(call: HelperCall, serverUrl: string): Promise<Credential | undefined> {
  const { output, status } = await run(call, 'get', serverUrl)
  if (status !== 0) {
    if (/credentials not found/i.test(output)) return undefined
    throw failed(call, `"get" ended with status ${status}`)
  }
  const answer = parseAnswer(output)
  if (answer === undefined) throw failed(call, 'its answer is not what a helper answers')
  const { Username: username, Secret: secret } = answer
  if (secret === '') return undefined
  if (username === tokenUsername) return { kind: 'identity-token', identityToken: secret }
  return { kind: 'password', username, password: secret }
}

/** @throws RegistryError `bad-configuration` */
export async function storeInHelper(
  call: HelperCall,
  serverUrl: string,
  credential: Exclude<Credential, { kind: 'registry-token' }>,
): Promise<void> {
  const [Username, Secret] =
    credential.kind === 'password'
      ? [credential.username, credential.password]
      : [tokenUsername, credential.identityToken]
  const { status } = await run(call, 'store', JSON.stringify({ ServerURL: serverUrl, Username, Secret }))
  if (status !== 0) throw failed(call, `"store" ended with status ${status}`)
}

/** @returns whether the helper had something. @throws RegistryError `bad-configuration` */
export async function eraseFromHelper(call: HelperCall, serverUrl: string): Promise<boolean> {
  const { output, status } = await run(call, 'erase', serverUrl)
  if (status === 0) return true
  if (/credentials not found/i.test(output)) return false
  throw failed(call, `"erase" ended with status ${status}`)
}

function parseAnswer(output: string): { readonly Username: string; readonly Secret: string } | undefined {
  try {
    const parsed = safeParse(answerSchema, JSON.parse(output))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

interface HelperResult {
  readonly output: string
  readonly status: number | null
}

/** Runs a helper to its end. What it says goes into no error: it may hold the secret. */
async function run(call: HelperCall, action: string, input: string): Promise<HelperResult> {
  // The name comes from a file and becomes the name of a program.
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(call.helper)) throw failed(call, 'that is no name of a helper')
  call.signal.throwIfAborted()
  // Loaded here, since most people have no helper.
  const { spawn } = process.getBuiltinModule('node:child_process')
  const child = spawn(`docker-credential-${call.helper}`, [action], {
    env: { ...call.environment },
    stdio: ['pipe', 'pipe', 'ignore'],
    signal: AbortSignal.any([call.signal, AbortSignal.timeout(timeoutMs)]),
    killSignal: 'SIGKILL',
  })
  try {
    return await talk(child, input)
  } catch (error) {
    call.signal.throwIfAborted()
    if (systemErrorCode(error) === 'ENOENT') throw failed(call, 'it is not installed, or not in PATH')
    if (error instanceof Error && error.name === 'AbortError')
      throw failed(call, `no answer within ${timeoutMs / 1000} s`)
    throw failed(call, error instanceof TooMuchOutput ? 'it says too much' : 'it cannot be run')
  }
}

class TooMuchOutput extends Error {}

function talk(child: ChildProcess, input: string): Promise<HelperResult> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const fail = (error: Error): void => {
      child.kill('SIGKILL')
      // What the helper started itself may live on and hold the other end.
      child.stdout?.destroy()
      reject(error)
    }
    child.stdout?.on('data', (chunk: Uint8Array) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > outputBytesMax) fail(new TooMuchOutput())
    })
    child.once('error', fail)
    child.once('close', (status) => resolve({ output: Buffer.concat(chunks).toString('utf8'), status }))
    // A helper that does not read what it is told closes the pipe; its status tells the rest.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

function failed({ helper, registry }: HelperCall, why: string): RegistryError {
  const message = `${registry}: credential helper ${JSON.stringify(helper)}: ${why}`
  const hint = `Try "docker-credential-${helper} list", or take it out of "credHelpers" and "credsStore" in docker's config.json.`
  return new RegistryError('bad-configuration', message, { registry }, { hint })
}
