import type { Job } from '../../std/job.ts'
import type { HttpAnswer } from '../http/exchange.ts'
import type { Scope } from './scope.ts'

/** Proves to one registry who asks, as far as it wants to know. */
export interface Authorizer {
  /** The Authorization header for a request, from what is known of the registry so far. */
  header(scopes: readonly Scope[], job: Job): Promise<string | undefined>
  /**
   * Another Authorization header for a request that was answered with 401.
   *
   * @param sent the header that did not do.
   * @returns undefined when there is nothing else to try.
   */
  challenged(
    answer: HttpAnswer,
    scopes: readonly Scope[],
    sent: string | undefined,
    job: Job,
  ): Promise<string | undefined>
  /** The text without any of the secrets that the registry was given: a registry might send them back. */
  redact(text: string): string
}

/** Asks as nobody. */
export const anonymousAuthorizer: Authorizer = {
  header: () => Promise.resolve(undefined),
  challenged: () => Promise.resolve(undefined),
  redact: (text) => text,
}
