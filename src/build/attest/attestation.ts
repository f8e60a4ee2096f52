/** A statement about an image, without the image that it is about: in-toto's predicate. */
export interface Attestation {
  /** A URI. */
  readonly predicateType: string
  /** JSON. */
  readonly predicate: object
  /** What a file of it is called beside exported files: `provenance.json`. */
  readonly fileName: string
  /** Only images have it, and no folder and no tar of files. */
  readonly inlineOnly: boolean
}

/** What a statement is about. */
export interface AttestationSubject {
  readonly name: string
  readonly digest: { readonly sha256: string }
}

/** The media type of in-toto statements in manifests. */
export const statementMediaType = 'application/vnd.in-toto+json'

export const predicateTypes = {
  'v0.2': 'https://slsa.dev/provenance/v0.2',
  v1: 'https://slsa.dev/provenance/v1',
  spdx: 'https://spdx.dev/Document',
} as const

/** The statement as JSON: version 1 of the in-toto attestation framework, as BuildKit writes it. */
export function statementOf(attestation: Attestation, subject: readonly AttestationSubject[]): Uint8Array {
  const { predicateType, predicate } = attestation
  return Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', predicateType, subject, predicate }))
}
