import { processesBeside, readLink, readNames, readText } from './processes.ts'

/** A TCP socket that is listened on. */
export interface Listener {
  readonly address: string
  readonly port: number
}

/**
 * What processes of a container listen on: `/proc/PID/net/tcp` (proc_pid_net(5)) of its network, less the sockets that no process of its PID
 * namespace has open, since the network may be the host's.
 *
 * @param pid of its first process
 */
export function listenersOf(pid: number): readonly Listener[] {
  const found = ['tcp', 'tcp6'].flatMap((name) => parseSockets(readText(`/proc/${pid}/net/${name}`)))
  if (found.length === 0) return []
  const own = socketsOf(pid)
  return found.filter(({ inode }) => own.has(inode))
}

/** Their ports, sorted, each once. */
export function portsOf(listeners: readonly Listener[]): readonly number[] {
  return [...new Set(listeners.map(({ port }) => port))].toSorted((one, other) => one - other)
}

const listening = '0A'

/** The lines of such a file that are listened on. */
export function parseSockets(text: string): readonly (Listener & { readonly inode: string })[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    return state === listening ? [{ address: readAddress(address), port: parseInt(port, 16), inode }] : []
  })
}

/** The kernel prints each word of 32 bits as this processor has it. */
function readAddress(hexadecimal: string): string {
  const bytes = Buffer.from(hexadecimal, 'hex').swap32()
  if (bytes.length === 4) return [...bytes].join('.')
  if (bytes.every((each) => each === 0)) return '::'
  return Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':')
}

/** The sockets, by inode, that the processes of a PID namespace have open. */
function socketsOf(pid: number): ReadonlySet<string> {
  const targets = processesBeside(pid).flatMap((name) =>
    readNames(`/proc/${name}/fd`).map((descriptor) => readLink(`/proc/${name}/fd/${descriptor}`)),
  )
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []))
}
