import { posix } from 'node:path'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { findOption, optionNames, readOptions, type CommandOptions } from './command-options.ts'
import { readWebAddress } from './web-address.ts'
import { remembered } from './remembered.ts'

/** What a call of curl or wget fetches. */
export interface Download extends CommandOptions {
  readonly tool: 'curl' | 'wget'
  /** Words that may be addresses: they are as they are written, `https://` may be missing. */
  readonly addresses: readonly ShellWord[]
  /** Whether what it fetches goes to its output, which may be the next program of a pipeline. */
  readonly toOutput: boolean
  /** The files that it goes to, as they are written. */
  readonly files: readonly string[]
}

// As `curl --help all` of 8.16 and `wget --help` of 1.25 list them.
const curlWithValue = optionNames(
  `-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z
  --abstract-unix-socket --aws-sigv4 --cacert --capath --cert --cert-type --ciphers --config --connect-timeout --connect-to --cookie
  --cookie-jar --continue-at --create-file-mode --crlfile --curves --data --data-ascii --data-binary --data-raw --data-urlencode
  --delegation --dns-interface --dns-servers --doh-url --dump-header --engine --expect100-timeout --form --form-string --ftp-account
  --ftp-method --ftp-port --happy-eyeballs-timeout-ms --header --hostpubmd5 --hostpubsha256 --interface --ip-tos --ipfs-gateway --json
  --keepalive-time --key --key-type --limit-rate --local-port --login-options --max-filesize --max-redirs --max-time --netrc-file
  --noproxy --oauth2-bearer --output --output-dir --pass --pinnedpubkey --preproxy --proto --proto-default --proto-redir --proxy
  --proxy-cacert --proxy-cert --proxy-header --proxy-key --proxy-user --pubkey --quote --range --rate --referer --request
  --request-target --resolve --retry --retry-delay --retry-max-time --socks4 --socks4a --socks5 --socks5-hostname --speed-limit
  --speed-time --stderr --time-cond --tls-max --tls13-ciphers --trace --trace-ascii --unix-socket --upload-file --url --url-query --user
  --user-agent --variable --write-out`,
)

const wgetWithValue = optionNames(
  `-o -a -e -i -B -t -O -T -w -Q -P -U -l -A -R -D -I -X
  --accept --append-output --base --bind-address --ca-certificate --ca-directory --certificate --config --connect-timeout --cut-dirs
  --directory-prefix --dns-timeout --domains --exclude-directories --execute --header --http-password --http-user --include-directories
  --input-file --level --limit-rate --load-cookies --output-document --output-file --password --post-data --post-file --prefer-family
  --private-key --proxy-password --proxy-user --quota --read-timeout --referer --reject --retry-on-http-error --save-cookies
  --secure-protocol --start-pos --timeout --tries --user --user-agent --wait --waitretry`,
)

/** What a command fetches. Undefined where it is no download: of another program, or without an address. */
export const readDownload: (command: ShellCommand) => Download | undefined = remembered(
  (command) => {
    const tool = command.program
    if (tool !== 'curl' && tool !== 'wget') return undefined
    const parts = readOptions(command, tool === 'curl' ? curlWithValue : wgetWithValue)
    const named = parts.options.flatMap(({ name, valueWord }) =>
      tool === 'curl' && name === '--url' && valueWord !== undefined ? [valueWord] : [],
    )
    const addresses = [...named, ...parts.operands]
    if (addresses.length === 0) return undefined
    const redirected = command.redirections.flatMap(({ operator, target }) =>
      /^(?:>|>>|>\||&>)$/.test(operator) && target !== undefined ? [target.value] : [],
    )
    const written = tool === 'curl' ? filesOfCurl(parts, addresses) : filesOfWget(parts, addresses)
    const isFiled = written.length > 0 && !written.includes('-')
    const files = [...written, ...(isFiled ? [] : redirected)].filter((file) => file !== '-')
    return { ...parts, tool, addresses, toOutput: !isFiled && redirected.length === 0, files }
  },
  ({ program }) => program !== 'curl' && program !== 'wget',
)

function filesOfCurl(parts: CommandOptions, addresses: readonly ShellWord[]): readonly string[] {
  const folder = findOption(parts, '--output-dir')?.value ?? ''
  const named = parts.options.flatMap(({ name, value }) =>
    (name === '-o' || name === '--output') && value !== undefined ? [value] : [],
  )
  const isByName = findOption(parts, '-O', '--remote-name', '--remote-name-all') !== undefined
  const files = [...named, ...(isByName ? addresses.map(({ value }) => baseName(value)) : [])]
  return files.map((file) => (file === '-' ? file : inFolder(folder, file)))
}

function filesOfWget(parts: CommandOptions, addresses: readonly ShellWord[]): readonly string[] {
  const document = findOption(parts, '-O', '--output-document')?.value
  if (document !== undefined) return [document]
  const folder = findOption(parts, '-P', '--directory-prefix')?.value ?? ''
  return addresses.map(({ value }) => inFolder(folder, baseName(value)))
}

function baseName(address: string): string {
  const path = readWebAddress(address)?.path ?? address.replace(/[?#].*/, '')
  return path.slice(path.lastIndexOf('/') + 1)
}

function inFolder(folder: string, file: string): string {
  return folder === '' ? file : posix.join(folder, file)
}

/** Programs that compare what was fetched with something that is known. */
const checkers: ReadonlySet<string> = new Set([
  'sha1sum',
  'sha224sum',
  'sha256sum',
  'sha384sum',
  'sha512sum',
  'shasum',
  'b2sum',
  'b3sum',
  'md5sum',
  'cksum',
  'sha256',
  'sha512',
  'rhash',
  'gpgv',
  'gpgv2',
  'cosign',
  'minisign',
  'rsign',
  'signify',
  'signify-openbsd',
  'slsa-verifier',
])

/**
 * Whether some commands check what was downloaded: its digest, or its signature. Which of the files they check is not looked at.
 */
export function checkDownloads(commands: readonly ShellCommand[]): boolean {
  return commands.some(({ program, arguments: words }) => {
    if (checkers.has(program)) return true
    const has = (pattern: RegExp): boolean => words.some(({ value }) => pattern.test(value))
    if (program === 'gpg' || program === 'gpg2') return has(/^(?:--verify(?:-files)?|--decrypt|-d)$/)
    if (program === 'openssl') return has(/^(?:dgst|sha\d+|-sha\d+|-verify)$/)
    if (program === 'gh') return has(/^attestation$/)
    return (
      has(/hash_file|hashlib|sha(?:1|256|384|512)(?:sum)?\b/i) && !/^(?:echo|printf|curl|wget|export)$/.test(program)
    )
  })
}
