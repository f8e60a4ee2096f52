import type { Job } from '../../std/job.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import type { Scope } from './scope.ts'

/** What a request wants to do, where. */
export interface Access {
  /** Its path at the registry. Undefined for a request about the registry itself. */
  readonly repository: string | undefined
  /** What a token must allow. */
  readonly scopes: readonly Scope[]
}

/** Proves to one registry who asks, as far as it wants to know. */
export interface Authorizer {
  /** The Authorization header for a request, from what is known of the registry so far. */
  header(access: Access, job: Job): Promise<string | undefined>
  /**
   * Another Authorization header for a request that was answered with 401.
   *
   * @param sent the header that did not do.
   * @returns undefined when there is nothing else to try.
   */
  challenged(answer: HttpAnswer, access: Access, sent: string | undefined, job: Job): Promise<string | undefined>
  /** Whether there is a credential for what was accessed, as far as one was looked up. */
  hasCredential(access: Access): boolean
  /** The text without any of the secrets that the registry was given: a registry might send them back. */
  redact(text: string): string
}
