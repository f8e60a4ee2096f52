import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import { positionOf } from '../std/source-excerpt.ts'
import { findYamlValue, readYaml } from '../std/yaml-file.ts'
import { SlimError } from './errors.ts'
import type { GivenProbes } from './plan-probes.ts'
import type { Probe } from './probe.ts'
import { httpProbe, parseRequest, probeProblem } from './probing/parse-request.ts'
import { probeFileSchema, type ProbeFile } from './probing/probe-file.ts'

/** What a command line says of probes, by the names of its options. */
export interface ProbeOptions {
  /** `GET /users`, `POST :8080/users -H "x-key: 1" {"name":"a"}`; `exit` for a tool, whose end is the answer. */
  readonly probe: readonly string[]
  /** YAML or JSON: docs/probes.schema.json. */
  readonly 'probe-file': readonly string[]
  /** Commands of this machine, for its shell. */
  readonly 'probe-exec': readonly string[]
  /** Programs of this machine. */
  readonly 'probe-script': readonly string[]
}

const fileBytesMax = 4 * 1024 * 1024

/**
 * Reads what the user wants to be asked: requests first, then files, commands and scripts.
 *
 * @param folder what relative paths are seen from
 * @throws SlimError `bad-probe` with the place of what is wrong
 */
export async function readProbes(options: ProbeOptions, folder: string): Promise<GivenProbes> {
  const requests = options.probe.map((text) => parseProbe(text, '--probe'))
  const files = await Promise.all(options['probe-file'].map((path) => readProbeFile(path, folder)))
  const commands = options['probe-exec'].map(commandProbe)
  const scripts = await Promise.all(options['probe-script'].map((path) => scriptProbe(path, folder, '--probe-script')))
  const last = <Key extends keyof GivenProbes>(key: Key): GivenProbes[Key] | undefined =>
    files.map((file) => file[key]).findLast((value) => value !== undefined)
  const probes = [...requests, ...files.flatMap((file) => file.probes), ...commands, ...scripts]
  if (probes.length > 1 && probes.some(({ kind }) => kind === 'exit')) {
    throw new SlimError('bad-probe', 'a tool whose end is the answer cannot be asked anything else', {
      hint: 'Leave out --probe exit, or the other probes.',
    })
  }
  return {
    probes,
    explores: last('explores'),
    readyMs: last('readyMs'),
    answerMs: last('answerMs'),
  }
}

/**
 * Reads one question as a line has it: `GET /users`, `POST :8080/users -H "x-key: 1" {"name":"a"}`; `exit` for a tool, whose end is the answer.
 *
 * @param from what it comes from, for messages
 * @throws SlimError `bad-probe` with a caret at what is wrong
 */
export function parseProbe(text: string, from = 'the probe'): Probe {
  return text.trim() === 'exit' ? { kind: 'exit' } : parseRequest(text, from)
}

function commandProbe(command: string): Probe {
  if (command.trim() === '') throw new SlimError('bad-probe', '--probe-exec: the command is empty')
  return { kind: 'command', command }
}

async function scriptProbe(path: string, folder: string, from: string): Promise<Probe> {
  const whole = resolve(folder, path)
  try {
    await access(whole, constants.X_OK)
  } catch (error) {
    const isThere = systemErrorCode(error) === 'EACCES'
    throw new SlimError('bad-probe', `${from}: ${path} ${isThere ? 'is not executable' : 'is not there'}`, {
      cause: error,
      hint: isThere ? `chmod +x ${path}` : undefined,
    })
  }
  return { kind: 'command', command: /^[\w./-]+$/.test(whole) ? whole : `'${whole.replaceAll("'", String.raw`'\''`)}'` }
}

async function readProbeFile(path: string, folder: string): Promise<GivenProbes> {
  const whole = resolve(folder, path)
  const text = await readText(whole, path)
  const read = readYaml(text, probeFileSchema)
  if ('problem' in read) {
    const { hint = 'docs/probes.schema.json says what may stand there.' } = read.problem
    throw probeProblem(placeIn(path, text, read.problem.start), text, { ...read.problem, hint })
  }
  const { value } = read
  const probes: Probe[] = []
  for (const [index, item] of value.probes.entries()) {
    const start = findYamlValue(text, ['probes', index])?.start ?? 0
    probes.push(await readItem(item, placeIn(path, text, start), dirname(whole)))
  }
  const milliseconds = (seconds: number | undefined): number | undefined =>
    seconds === undefined ? undefined : Math.round(seconds * 1000)
  return {
    probes,
    explores: value.explore,
    readyMs: milliseconds(value['ready-timeout']),
    answerMs: milliseconds(value['answer-timeout']),
  }
}

async function readItem(item: ProbeFile['probes'][number], from: string, folder: string): Promise<Probe> {
  if (typeof item === 'string') return parseProbe(item, from)
  if ('exec' in item) return { kind: 'command', command: item.exec }
  if ('script' in item) return await scriptProbe(item.script, folder, from)
  const { method, path, port, headers, body } = parseRequest(item.request, from)
  const added = Object.entries(item.headers ?? {}).map(([name, value]): [string, string] => [name.toLowerCase(), value])
  const bodies = [
    ...(body === undefined ? [] : [Buffer.from(body).toString()]),
    ...(item.body === undefined ? [] : [item.body]),
    ...(item.json === undefined ? [] : [JSON.stringify(item.json)]),
  ]
  if (bodies.length > 1) throw new SlimError('bad-probe', `${from}: a request has one body: in its line, body or json`)
  return httpProbe({ method, path, port }, new Map([...headers, ...added]), bodies[0])
}

async function readText(path: string, name: string): Promise<string> {
  try {
    if ((await stat(path)).size > fileBytesMax) throw new Error(`it has more than ${fileBytesMax} bytes`)
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new SlimError('bad-probe', `--probe-file: ${name} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
}

function placeIn(path: string, text: string, offset: number): string {
  const { line, column } = positionOf(text, offset)
  return `${path}:${line}:${column}`
}
