/** What the last lines of a program tell, beside its status, of why it failed: a pattern, and what to do. */
const knownFailures: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /certificate signed by unknown authority|self[- _]signed[ _]cert|unable to get (?:local )?issuer cert|CERTIFICATE_VERIFY_FAILED|certificate verify failed|PKIX path building failed/i,
    'It does not trust the certificate of the other side. Where the network looks into TLS, --ca-certificates host lends this ' +
      "machine's authorities to every RUN; they do not stay in the image.",
  ],
  [
    /temporary failure in name resolution|temporary failure resolving|could not resolve host|EAI_AGAIN|getaddrinfo ENOTFOUND|server misbehaving/i,
    'It could not look up a name: is there a network here, and may RUN use it (--network)?',
  ],
  [
    /no space left on device|ENOSPC/i,
    'There is no space left. "wherry prune --build-cache" frees what no image needs; --store names another place.',
  ],
]

/** What to do about a program that failed, where its output tells; undefined where it does not. */
export function hintFromOutput(lines: readonly string[]): string | undefined {
  const text = lines.join('\n')
  return knownFailures.find(([pattern]) => pattern.test(text))?.[1]
}
