import type { TextRange } from '../../text-range.ts'

/** A piece of text that has the form of a credential. */
export interface ShapedSecret {
  /** What it is, with its article: `a token of GitHub`. */
  readonly what: string
  readonly range: TextRange
}

/**
 * Forms that their makers gave to credentials so that they are found in texts: docs.github.com (secret scanning patterns), and the
 * makers' own pages, as of November 2026. Only those that are never meant for the public.
 */
const shapes: readonly (readonly [string, RegExp])[] = [
  ['a token of GitHub', /\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{60,100}\b/g],
  ['a token of GitLab', /\bgl(?:pat|rt|dt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{20,60}\b/g],
  ['an access key of AWS', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g],
  ['a token of Slack', /\bxox[abeprs]-[A-Za-z0-9-]{20,200}\b/g],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['a token of PyPI', /\bpypi-AgE[A-Za-z0-9_-]{50,500}\b/g],
  ['a token of RubyGems', /\brubygems_[a-f0-9]{48}\b/g],
  ['a token of Docker Hub', /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,60}\b/g],
  ['a secret key of Stripe', /\b[sr]k_live_[A-Za-z0-9]{20,200}\b/g],
  ['a key of SendGrid', /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b/g],
  ['a token of Hugging Face', /\bhf_[A-Za-z0-9]{34,40}\b/g],
  ['a key of Anthropic', /\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{80,120}\b/g],
  ['a key of OpenAI', /\bsk-(?:proj|svcacct)-[A-Za-z0-9_-]{40,200}\b/g],
  ['a token of DigitalOcean', /\bdo[opr]_v1_[a-f0-9]{64}\b/g],
  ['a token of Vault', /\bhv[sb]\.[A-Za-z0-9_-]{90,200}\b/g],
  ['a private key', /-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----/g],
]

/** Credentials of well-known forms in a text, in no order. Those that are made up (`ghp_xxxx…`) are left out. */
export function shapedSecrets(text: string): readonly ShapedSecret[] {
  return shapes.flatMap(([what, pattern]) =>
    Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({ what, found, index }))
      .filter(({ found }) => !isMonotonous(found) && !/EXAMPLE/i.test(found))
      .map(({ found, index }) => ({ what, range: { start: index, end: index + found.length } })),
  )
}

/** Fewer different characters than this are no secret, but a picture of one. */
const charactersMin = 10

/** Whether a value only shows where one would stand: `changeme`, `xxxx`, `<token>`, a variable. */
export function isPlaceholder(value: string): boolean {
  return (
    value.length < 4 ||
    /[$`{}<>%]|\*{3}|\.{3}|…|x{4}|example|placeholder|dummy|change[-_]?me|redacted|your[-_]|replace[-_]?me|insert[-_]/i.test(
      value,
    ) ||
    /^(?:my[-_]?)?(?:password|passwd|pass|pwd|secret|token|key|apikey|api[-_]key|user(?:name)?|admin|root|guest|test(?:ing)?|none|null|true|false|undefined|foo|bar|baz|postgres|mysql|redis|rabbitmq|letmein|x-oauth-basic|x-access-token|oauth2|1234+5*6*7*8*9*0*)$/i.test(
      value,
    )
  )
}

/** Whether a token is made of too few characters to be one. */
function isMonotonous(value: string): boolean {
  return new Set(value).size < charactersMin
}
