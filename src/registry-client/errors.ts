import { OperationError } from '../std/errors.ts'

/**
 * What can go wrong between this program and a registry. What is the same for every place that holds images (nothing of
 * that name, wrong digest, wrong size) is an `ImageError` instead.
 */
export type RegistryErrorCode =
  /** The registry wants credentials, or does not take those that it was given. */
  | 'unauthorized'
  /** The registry knows who asks, and does not allow it. */
  | 'denied'
  /** Too many requests, and the registry wants a longer wait than this program is willing to sit out. */
  | 'rate-limited'
  /** No connection, or one that broke or fell silent more often than was worth trying. */
  | 'unreachable'
  /** The registry's certificate is not one that this program trusts, or it does not speak TLS where it must. */
  | 'tls'
  /** The registry failed by its own account (5xx), again and again. */
  | 'server-error'
  /** The registry does not offer what was asked for, such as deleting. */
  | 'unsupported'
  /** The registry refused the request for another reason, which it gave. */
  | 'refused'
  /** The registry forgot an upload before it was complete, again and again. */
  | 'lost-upload'
  /** The registry answered what distribution-spec does not allow. */
  | 'bad-answer'
  /** A credential helper failed, or a file with credentials or certificates could not be used. */
  | 'bad-configuration'

/** Where a request went and what it asked, for messages and for programs. Never holds a credential or a query string. */
export interface RegistryErrorPlace {
  /** As in references: `docker.io`, `localhost:5000`. */
  readonly registry: string
  readonly repository?: string | undefined
  /** Method and path: `GET /v2/app/manifests/1`. */
  readonly request?: string | undefined
  /** The HTTP status that came back. */
  readonly status?: number | undefined
  /** The wait that the registry asked for. */
  readonly retryAfterMs?: number | undefined
}

/** A registry that could not be talked to, or refused. The message says what was asked of whom, and what came back. */
export class RegistryError extends OperationError<RegistryErrorCode> {
  readonly place: RegistryErrorPlace

  constructor(
    code: RegistryErrorCode,
    message: string,
    place: RegistryErrorPlace,
    options: { readonly cause?: unknown; readonly hint?: string | undefined } = {},
  ) {
    super(code, message, options)
    this.place = place
  }
}
