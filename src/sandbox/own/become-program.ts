import {
  constants,
  fchownSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { parseJson } from '../../std/json.ts'
import { errorMessage } from '../../std/errors.ts'
import { setUlimit } from '../../std/syscalls-limits.ts'
import {
  beginSession,
  dropTo,
  enterMountNamespace,
  executeProgram,
  raiseLoopback,
  resetSignals,
  setHostname,
} from '../../std/syscalls-process.ts'
import { allCapabilities } from '../capabilities.ts'
import { readUserNamespace } from '../root/user-namespace.ts'
import { enterRoot, standardInput } from './enter-root.ts'
import { insideSchema, type InsideMessage, type RootMessage } from './message.ts'
import { programCandidates } from '../root/program-candidates.ts'

const failedStatus = 125

/** Does not come back: this process becomes the program, or says in the log file why it cannot. */
export function becomeProgram(file: string): void {
  const message = parseJson(readFileSync(file), insideSchema, file)
  const files = {
    log: openSync(message.logFile, constants.O_CREAT | constants.O_WRONLY, 0o600),
    pid: openSync(message.pidFile, constants.O_CREAT | constants.O_WRONLY, 0o600),
  }
  try {
    become(message, files.pid)
  } catch (error) {
    ftruncateSync(files.pid)
    writeSync(files.log, JSON.stringify({ level: 'error', msg: errorMessage(error) }))
    process.exit(failedStatus)
  }
}

function become(message: InsideMessage, pidFile: number): void {
  const { user } = message
  const { isInitial, allowsGroups } = readUserNamespace()
  // /proc still is that of whoever started this, so this is the number that it knows.
  const pid = readlinkSync('/proc/self')
  beginSession(message.hasTerminal ? standardInput : undefined)
  if (message.kind === 'own-root') makeRoot(message, isInitial)
  else enterMountNamespace(message.mountNamespace)
  enterWorkingDirectory(message.workingDirectory)
  giveStreams(message)
  resetSignals()
  process.umask(0o022)
  for (const { name, soft, hard } of message.ulimits)
    setUlimit(name, { soft: soft ?? Infinity, hard: hard ?? Infinity })
  dropTo({
    uid: user.uid,
    gid: user.gid,
    groups: allowsGroups ? user.additionalGids : undefined,
    capabilities: new Set(message.capabilities.map((name) => allCapabilities.indexOf(name))),
    filter: message.filter === '' ? undefined : Buffer.from(message.filter, 'base64'),
  })
  writeSync(pidFile, pid)
  execute(message)
}

function makeRoot(message: RootMessage, isInitial: boolean): void {
  setHostname(message.hostname)
  if (message.raisesLoopback) raiseLoopback()
  if (!message.sharesNetwork) allowLowPorts()
  enterRoot(message, isInitial)
}

/** As Docker has it: whoever the process is, it may listen on port 80. Of this network namespace alone. */
function allowLowPorts(): void {
  writeFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0')
}

/** Whoever the process is may open its own streams anew, as through `/dev/stdout`. */
function giveStreams({ user, hasTerminal }: InsideMessage): void {
  for (const descriptor of [0, 1, 2]) {
    if (fstatSync(descriptor).isFIFO() || hasTerminal) fchownSync(descriptor, user.uid, user.gid)
  }
}

/** A directory that is reached through somebody's open file would be a way out: the kernel names such a place `(unreachable)`. */
function enterWorkingDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 })
  process.chdir(path)
  if (!process.cwd().startsWith('/') || path.startsWith('/proc/')) throw new Error(`${path} is not in the image`)
}

/** As execvp(3) looks for a program: the first that can be executed, and else the reason that says most. */
function execute({ arguments: words, environment }: InsideMessage): never {
  const [name = ''] = words
  let denied: unknown
  for (const path of programCandidates(name, environment)) {
    try {
      executeProgram(path, words, environment)
    } catch (error) {
      if (!/ENOENT|ENOTDIR/.test(errorMessage(error))) denied ??= error
    }
  }
  if (denied !== undefined) throw new Error(`${name} cannot be executed: ${errorMessage(denied)}`)
  throw new Error(`${name} was not found`)
}
