import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIP } from 'node:net'
import type { PublishedPort } from '../../sandbox/process-spec.ts'
import { wrongUsage } from '../errors.ts'

/** A port to publish; the machine's may be any that is free. */
export interface WantedPort extends Omit<PublishedPort, 'hostPort'> {
  readonly hostPort: number | undefined
}

const everyAddress = '0.0.0.0'

/**
 * `-p`: `CONTAINER`, `HOST:CONTAINER` or `ADDRESS:HOST:CONTAINER`, where HOST may be empty, and both may be ranges of one length; then
 * `/tcp` or `/udp`.
 *
 * @throws CliError `wrong-usage`
 */
export function parsePublish(word: string): readonly WantedPort[] {
  const [, bracketed, text = '', protocol = 'tcp'] = /^(?:\[([^\]]*)\]:)?([^/]*)(?:\/(.*))?$/.exec(word) ?? []
  const parts = text.split(':')
  const containerText = parts.pop() ?? ''
  const hostText = parts.pop() ?? ''
  const address = bracketed ?? parts.pop() ?? ''
  if (parts.length > 0) wrong(word, 'it has too many colons')
  if (address !== '' && isIP(address) === 0) wrong(word, `${JSON.stringify(address)} is no address`)
  if (protocol !== 'tcp' && protocol !== 'udp') return wrong(word, 'the protocol is tcp or udp')
  const containerPorts = readRange(word, containerText)
  const hostPorts = hostText === '' ? undefined : readRange(word, hostText)
  if (hostPorts !== undefined && hostPorts.length !== containerPorts.length) wrong(word, 'the ranges differ in length')
  const hostAddress = address === '' ? everyAddress : address
  return containerPorts.map((containerPort, index) => {
    return { hostAddress, hostPort: hostPorts?.[index], containerPort, protocol }
  })
}

/** `-P`: what the image exposes, such as `80/tcp`. */
export function exposedPorts(names: readonly string[]): readonly WantedPort[] {
  return names.flatMap((name) => parsePublish(name))
}

const portMax = 65535

function readRange(word: string, text: string): readonly number[] {
  const [, firstText = '', lastText = firstText] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
  const [first, last] = [Number(firstText), Number(lastText)]
  if (firstText === '' || first < 1 || last > portMax || last < first)
    return wrong(word, `${JSON.stringify(text)} is no port`)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

function wrong(word: string, why: string): never {
  return wrongUsage(`-p ${word}: ${why}`, 'Write it as 8080:80, 127.0.0.1:8080:80 or 5353:53/udp.')
}

/** Gives each port one of the machine that is free now, where it has none. */
export async function choosePorts(wanted: readonly WantedPort[]): Promise<readonly PublishedPort[]> {
  return await Promise.all(wanted.map(async (each) => ({ ...each, hostPort: each.hostPort ?? (await freePort(each)) })))
}

/** Which ports were chosen, for people; nothing where the line says all of them. */
export function portNotices(wanted: readonly WantedPort[], chosen: readonly PublishedPort[]): readonly string[] {
  if (wanted.every(({ hostPort }) => hostPort !== undefined)) return []
  return chosen.map((port) => `port ${port.containerPort}/${port.protocol} is ${hostText(port)} of this machine`)
}

/** A published port as docker's lists have it: `127.0.0.1:8080->80/tcp`. */
export function portText(port: PublishedPort): string {
  return `${hostText(port)}->${port.containerPort}/${port.protocol}`
}

function hostText({ hostAddress, hostPort }: PublishedPort): string {
  return `${isIP(hostAddress) === 6 ? `[${hostAddress}]` : hostAddress}:${hostPort}`
}

async function freePort({ hostAddress, protocol }: WantedPort): Promise<number> {
  if (protocol === 'udp') {
    const socket = createSocket(isIP(hostAddress) === 6 ? 'udp6' : 'udp4')
    socket.bind(0, hostAddress)
    await once(socket, 'listening')
    const { port } = socket.address()
    socket.close()
    return port
  }
  const server = createServer()
  server.listen(0, hostAddress)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
