import { once } from 'node:events'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import type { Job } from '../../std/job.ts'
import type { PublishedPort } from '../process-spec.ts'
import { meaningful, type HelperSettings } from './run-helper.ts'

/** slirp4netns(1) says that the network is there by a byte, and takes the ports by a socket. */
export async function startSlirp(
  { program, namespaceFile, ports, scratch }: HelperSettings,
  job: Job,
): Promise<AsyncDisposable> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const socket = join(scratch, 'slirp.socket')
  const words = ['--configure', '--mtu=65520', '--disable-host-loopback', '--ready-fd=3', `--api-socket=${socket}`]
  const child = spawn(program, [...words, '--netns-type=path', namespaceFile, 'tap0'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    signal: job.signal,
    killSignal: 'SIGKILL',
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
  const ready = child.stdio[3]
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${program} failed: ${meaningful(said)}`)))
  })
  // Once it is there, its end is no failure.
  failed.catch(() => undefined)
  if (ready !== null && ready !== undefined) await Promise.race([once(ready, 'data'), failed])
  for (const port of ports) await Promise.race([publish(socket, port), failed])
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function publish(socket: string, port: PublishedPort): Promise<void> {
  const connection = createConnection(socket)
  const { protocol, hostAddress, hostPort, containerPort } = port
  const argument = {
    proto: protocol,
    host_addr: hostAddress === '' ? '0.0.0.0' : hostAddress,
    host_port: hostPort,
    guest_port: containerPort,
  }
  connection.end(JSON.stringify({ execute: 'add_hostfwd', arguments: argument }))
  let answer = ''
  for await (const chunk of connection.setEncoding('utf8')) answer += String(chunk)
  if (answer.includes('"error"')) throw new Error(`port ${hostPort} cannot be published: ${answer}`)
}
