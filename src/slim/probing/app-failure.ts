import type { ExitResult } from '../../sandbox/process-spec.ts'
import type { SaidOutput } from '../../std/said-output.ts'
import { printableLines } from '../../std/printable.ts'
import { formatDuration } from '../../std/format-time.ts'
import type { ProbePlan } from '../probe.ts'
import { SlimError, type SlimErrorCode } from '../errors.ts'

const shownLinesMax = 12
const slowHint = 'If it takes longer, say so with --ready-timeout.'
const probeHint = 'Say how to see that it works: a HEALTHCHECK, --probe-exec COMMAND, or a command that ends.'
const giveIt =
  'Give it what it connects to: --probe-with compose.yaml runs that beside it; or --network host or private, and --env NAME=VALUE for where it is.'

/** Ways in which programs say that a connection failed, each with the part that names it. */
const connectionFailures: readonly RegExp[] = [
  // Node.
  /ECONNREFUSED (\S+:\d+)/,
  /(?:getaddrinfo|ENOTFOUND|EAI_AGAIN) (?:ENOTFOUND |EAI_AGAIN )?([\w.-]+)/,
  // Go.
  /dial (?:tcp|udp):? (?:lookup )?([\w.[\]:-]+\w)[^\n]*(?:refused|no such host|misbehaving|timeout|unreachable)/,
  // PostgreSQL's library, psycopg, SQLAlchemy.
  /connection to server (?:at|on) ("[^"]+"[^\n]*?), port \d+ failed/,
  /could not (?:connect to server|translate host name ("[^"]+"))/i,
  // MySQL's clients.
  /Can't connect to (?:local )?(?:MySQL|MariaDB) server (?:on|through) ('?[^'\s]+'?)/i,
  // Java.
  /Connection to (\S+:\d+) refused/,
  /(jdbc:\w+:\S+)/,
  /UnknownHostException: ([\w.-]+)/,
  /Communications link failure/,
  // Redis, MongoDB, brokers.
  /Error (?:\d+|-\d+) connecting to (\S+?)\./,
  /(?:redis|mongo(?:db)?|amqps?|postgres(?:ql)?|mysql):\/\/(?:[^@\s/]*@)?([\w.-]+(?::\d+)?)/i,
  /MongoServerSelectionError|ServerSelectionTimeoutError/,
  // Everything else.
  /Connection refused/i,
  /Name or service not known|Temporary failure in name resolution|nodename nor servname/,
]

/** The connection that failed, as `to 127.0.0.1:5432` or in words of the app; undefined where its output tells of none. */
export function failedConnection(output: string): string | undefined {
  if (
    !/refused|ENOTFOUND|EAI_AGAIN|getaddrinfo|no such host|could not|can't connect|failed|Exception|Error|name resolution|not known/i.test(
      output,
    )
  ) {
    return undefined
  }
  for (const pattern of connectionFailures) {
    const match = pattern.exec(output)
    if (match !== null) return match[1] === undefined ? `(${match[0]})` : `to ${match[1]}`
  }
  return undefined
}

/** What lines say in which programs tell that a variable of the environment is missing. */
const missingWords =
  /KeyError|environment|\benv\b|\bvariable|(?:not|n't|be|parameter) (?:set|defined|provided|specified|empty|null|found)|is (?:required|missing|empty|undefined|unset)|not set|must not be empty|key not found/i

/** The variable of the environment that an app says to lack; undefined where its output tells of none. */
export function missingVariable(output: string): string | undefined {
  for (const line of output.split('\n')) {
    if (!missingWords.test(line)) continue
    const names = line.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|(?<=KeyError: ')[A-Z][A-Z0-9]*\b/g) ?? []
    const name = names.find((each) => !/^(?:ERR|SSL|HTTP|E)_|NOT_FOUND/.test(each))
    if (name !== undefined) return name
  }
  return undefined
}

/** An app that ended before it could be asked. */
export function endedEarly(result: ExitResult, output: SaidOutput): SlimError {
  return failure(
    'never-ready',
    `the app ended before it listened on a port: ${exitText(result)}`,
    output,
    endHint(result),
  )
}

/** An app that ended when it was asked. */
export function endedMeanwhile(result: ExitResult, title: string | undefined, output: SaidOutput): SlimError {
  const when = title === undefined ? 'while it was asked' : `when it was asked ${title}`
  return failure('never-ready', `the app ended ${when}: ${exitText(result)}`, output, endHint(result))
}

/** An app that did nothing that can be seen from outside. */
export function neverReady({ readyMs, expects }: ProbePlan, output: SaidOutput): SlimError {
  const within = `within ${formatDuration(readyMs)}`
  if (expects === 'listens') {
    return failure('never-ready', `the app did not listen on a port ${within}`, output, slowHint)
  }
  if (expects === 'ends') return failure('never-ready', `the app did not end ${within}`, output, slowHint)
  return failure('nothing-to-probe', `the app neither listened on a port nor ended ${within}`, output, probeHint)
}

/** `exit status 1`, `killed by SIGSEGV`. */
export function exitText(result: ExitResult): string {
  return result.kind === 'exited' ? `exit status ${result.status}` : `killed by ${result.signal}`
}

/** What an app said last, for a message. */
function lastLines(output: SaidOutput): string {
  const text = Buffer.concat([output.stdout, output.stderr]).toString().trim()
  const lines = text.split('\n')
  return printableLines(lines.slice(-shownLinesMax).join('\n'))
}

function failure(code: SlimErrorCode, message: string, output: SaidOutput, hint: string | undefined): SlimError {
  const text = Buffer.concat([output.stdout, output.stderr]).toString()
  const connection = failedConnection(text)
  const said = lastLines(output)
  const cause = connection === undefined ? '' : `. It could not connect ${connection}`
  const quote = said === '' ? '. It said nothing' : `. It said:\n${said.replaceAll(/^/gm, '  ')}`
  return new SlimError(code, `${message}${cause}${quote}`, {
    hint: connection === undefined ? (variableHint(text) ?? hint) : giveIt,
  })
}

function variableHint(output: string): string | undefined {
  const name = missingVariable(output)
  return name === undefined
    ? undefined
    : `It seems to need the variable ${name}: --env ${name}=VALUE, or --env-file FILE.`
}

function endHint(result: ExitResult): string | undefined {
  const status = result.kind === 'exited' ? result.status : undefined
  if (status === 127) return 'Its program was not found: try the image with wherry run.'
  if (status === 126) return 'Its program could not be executed: try the image with wherry run.'
  return 'Try the image with wherry run; what it needs can be given by --env and --volume.'
}
