import type { Job } from '../../std/job.ts'
import { coversScopes, formatScope, type Scope } from './scope.ts'
import type { AccessToken, TokenRequest } from './token-service.ts'

interface HeldToken extends AccessToken {
  readonly request: TokenRequest
  readonly refreshAtMs: number
}

/** A token is renewed this long before it ends, or in the last quarter of its life if that is shorter. */
const renewalMs = 15_000

/** Access tokens, each asked for once and used for all that it allows until shortly before it ends. */
export class TokenCache {
  readonly #fetch: (request: TokenRequest, job: Job) => Promise<AccessToken>
  #held: readonly HeldToken[] = []
  readonly #asking = new Map<string, Promise<unknown>>()

  constructor(fetch: (request: TokenRequest, job: Job) => Promise<AccessToken>) {
    this.#fetch = fetch
  }

  /**
   * A token that allows the request's scopes. Of several calls for one at the same time, one asks and the others wait;
   * if it fails or is cancelled, the next one asks.
   */
  async get(request: TokenRequest, job: Job): Promise<string> {
    for (;;) {
      const held = this.#find(request, job.clock.now())
      if (held !== undefined) return held.value
      const key = keyOf(request)
      const asking = this.#asking.get(key)
      if (asking === undefined) return this.#ask(key, request, job)
      await settled(asking, job.signal)
    }
  }

  /** Not to be used again: the registry does not take it. */
  forget(value: string): void {
    this.#held = this.#held.filter((token) => token.value !== value)
  }

  async #ask(key: string, request: TokenRequest, job: Job): Promise<string> {
    const asking = this.#fetch(request, job)
    this.#asking.set(key, asking)
    try {
      const token = await asking
      const nowMs = job.clock.now()
      const marginMs = Math.min(renewalMs, (token.expiresAtMs - nowMs) / 4)
      const others = this.#held.filter((held) => held.refreshAtMs > nowMs)
      this.#held = [...others, { ...token, request, refreshAtMs: token.expiresAtMs - marginMs }]
      return token.value
    } finally {
      this.#asking.delete(key)
    }
  }

  #find(request: TokenRequest, nowMs: number): HeldToken | undefined {
    return this.#held.find(
      (held) => nowMs < held.refreshAtMs && isSameService(held.request, request) && covers(held, request.scopes),
    )
  }
}

function covers(held: HeldToken, wanted: readonly Scope[]): boolean {
  return coversScopes(held.request.scopes, wanted)
}

function isSameService(a: TokenRequest, b: TokenRequest): boolean {
  return a.realm.href === b.realm.href && a.service === b.service && a.credential === b.credential
}

function keyOf({ realm, service, scopes }: TokenRequest): string {
  return [realm.href, service ?? '', ...scopes.map(formatScope)].join(' ')
}

/** Until a promise has ended, either way, or the signal is aborted. @throws the signal's reason. */
async function settled(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([promise.catch(() => undefined), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
