import type { TextRange } from '../../text-range.ts'

/** Variables that turn the check off, and the values that do it. */
const variables: readonly (readonly [RegExp, RegExp])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$/, /^0$/],
  [/^PYTHONHTTPSVERIFY$/, /^0$/],
  [/^GIT_SSL_NO_VERIFY$/, /^(?:1|true|yes|on)$/i],
  [/^(?:npm_config_strict_ssl|yarn_enable_strict_ssl)$/i, /^(?:false|0)$/i],
  [/^PIP_TRUSTED_HOST$/, /./],
  [/^CONDA_SSL_VERIFY$/, /^(?:false|0)$/i],
]

/** Settings that programs write, or that are written for them: `NAME VALUE` or `NAME=VALUE`. */
const settings =
  /(?<=^|[\s.:])(?:strict-ssl[\s=]+"?false|enableStrictSsl[\s:=]+"?false|http\.sslVerify[\s=]+"?(?:false|0)|sslVerify\s*=\s*(?:false|0)|ssl_verify(?:_mode)?[\s:=]+(?:false|0)\b|disable-tls[\s=]+true|secure-http[\s=]+false|sslverify\s*=\s*(?:false|0)|check_certificate\s*=\s*off|Verify-Peer[\s="]+(?:false|0)|Verify-Host[\s="]+(?:false|0)|wagon\.http\.ssl\.insecure=true)/i

/** A line of `.curlrc`. */
const optionOfCurl = /^[ \t]*(?:-k|(?:--)?insecure)[ \t]*$/m

/** Whether a variable tells a program to accept any certificate. */
export function variableTurnsOff(name: string, value: string): boolean {
  return variables.some(([pattern, values]) => pattern.test(name) && values.test(value))
}

/** Where a text has a setting that tells a program to accept any certificate: words of a command, or a file. */
export function settingThatTurnsOff(text: string, isFile: boolean): TextRange | undefined {
  const found = settings.exec(text) ?? (isFile ? optionOfCurl.exec(text) : null)
  return found === null ? undefined : { start: found.index, end: found.index + found[0].length }
}
