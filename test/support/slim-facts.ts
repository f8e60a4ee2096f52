import { parseImageConfig, type RunConfig } from '../../src/image/config.ts'
import type { KeptPackage, Verdict } from '../../src/slim/ledger.ts'
import { directory, fifo, file, hardLink, symbolicLink, whiteout, type LayerItem } from './layers.ts'

/** What is known of an image before its Dockerfile is rewritten: a golden case's `facts`. */
export interface SlimFacts {
  readonly config: RunConfig
  /** Members of layers, lowest first. */
  readonly layers: readonly (readonly LayerItem[])[]
  readonly verdicts: readonly Omit<Verdict, 'sizeBytes'>[]
  readonly packages: readonly KeptPackage[]
  readonly writablePaths: readonly string[]
  readonly newFolders: readonly string[]
  readonly rootReason: string | undefined
  readonly target: string | undefined
  /** By place in the stage: the layer that an instruction made. Undefined where the facts do not tell. */
  readonly madeBy: ReadonlyMap<number, number> | undefined
  readonly buildArguments: ReadonlyMap<string, string>
}

/**
 * Reads facts, of which each line is one:
 *
 * - `config {…}`: the image's config
 * - `+ /path mode uid:gid cause: detail`, `- …`: what is kept, what is dropped; a directory's path ends with `/`; mode and owner may be left
 *   out, a link has ` -> target` behind its path; spaces in a path are `␣`
 * - `layer`: what follows is of the next layer; `step N`: of the layer that the stage's instruction N made, counted from 0
 * - `gone /path`: a whiteout
 * - `tools`: a shell and the usual programs, dropped
 * - `package dpkg NAME VERSION`, `writes /path`, `makes /path`, `root REASON`, `target NAME`, `argument NAME=VALUE`
 */
export function readSlimFacts(text: string): SlimFacts {
  const layers: LayerItem[][] = [[]]
  const verdicts: Omit<Verdict, 'sizeBytes'>[] = []
  const packages: KeptPackage[] = []
  const writablePaths: string[] = []
  const newFolders: string[] = []
  const buildArguments = new Map<string, string>()
  let config: RunConfig = {}
  let [rootReason, target]: [string | undefined, string | undefined] = [undefined, undefined]
  const madeBy = new Map<number, number>()
  const put = (line: string): void => {
    const { item, verdict } = readPath(line)
    layers.at(-1)?.push(item)
    verdicts.push(verdict)
  }
  for (const line of text.split('\n')) {
    const [word = '', ...rest] = line.split(' ')
    const said = rest.join(' ')
    if (word === 'config') config = readConfig(said)
    else if (word === '+' || word === '-') put(line)
    else if (word === 'layer') layers.push([])
    else if (word === 'step') madeBy.set(Number(said), layers.push([]) - 1)
    else if (word === 'gone') layers.at(-1)?.push(whiteout(said.slice(1)))
    else if (word === 'tools') for (const name of tools) put(`- /usr/bin/${name} 755 shell`)
    else if (word === 'package')
      packages.push({ manager: rest[0] === 'apk' ? 'apk' : 'dpkg', name: rest[1] ?? '', version: rest[2] ?? '' })
    else if (word === 'writes') writablePaths.push(said)
    else if (word === 'makes') newFolders.push(said)
    else if (word === 'root') rootReason = said
    else if (word === 'target') target = said
    else if (word === 'argument')
      buildArguments.set(said.slice(0, said.indexOf('=')), said.slice(said.indexOf('=') + 1))
    else if (word !== '' && word !== '#') throw new Error(`facts: ${line}`)
    if (word === 'tools') put('- /bin -> usr/bin unused')
  }
  return {
    config,
    layers,
    verdicts,
    packages,
    writablePaths,
    rootReason,
    target,
    newFolders,
    madeBy: madeBy.size === 0 ? undefined : madeBy,
    buildArguments,
  }
}

function readConfig(json: string): RunConfig {
  const rootfs = '"rootfs": {"type": "layers", "diff_ids": []}'
  const document = `{"os": "linux", "architecture": "amd64", ${rootfs}, "config": ${json}}`
  return parseImageConfig(Buffer.from(document), 'facts').config ?? {}
}

const tools = ['sh', 'mkdir', 'cp', 'rm', 'chmod', 'chown', 'find', 'awk', 'dpkg-query']

const linePattern =
  /^([+-]) (\S+)(?: -> (\S+)| => (\S+))?(?: (\d{3,4}))?(?: (\d+):(\d+))?(?: (\d+)B)? ([a-z-]+)(?:: (.*))?$/

function readPath(line: string): { readonly item: LayerItem; readonly verdict: Omit<Verdict, 'sizeBytes'> } {
  const found = linePattern.exec(line)
  if (found === null) throw new Error(`facts: ${line}`)
  const [, sign, written = '', link, twin, mode, uid = '0', gid = '0', size = '100', cause = '', detail = ''] = found
  const path = written.replaceAll('␣', ' ')
  const plain = path.slice(1).replace(/\/$/, '')
  const owner = { uid: Number(uid), gid: Number(gid) }
  const bits = mode === undefined ? undefined : Number.parseInt(mode, 8)
  const attributes = bits === undefined ? owner : { ...owner, mode: bits }
  const item =
    link !== undefined
      ? symbolicLink(plain, link.replaceAll('␣', ' '))
      : twin !== undefined
        ? hardLink(plain, twin.slice(1))
        : path.endsWith('/')
          ? directory(plain, attributes)
          : cause === 'fifo'
            ? fifo(plain)
            : file(plain, content(Number(size), bits ?? 0), attributes)
  const verdict = { path: `/${plain}`, isKept: sign === '+', cause: asCause(cause), detail }
  return { item, verdict }
}

/** What can be executed looks like a program. */
function content(sizeBytes: number, mode: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  if ((mode & 0o111) !== 0) bytes.set(Buffer.from('\u007fELF'))
  return bytes
}

const causes = [
  ...([
    'read',
    'executed',
    'needed',
    'app',
    'system',
    'metadata',
    'asked',
    'repaired',
    'way',
    'unused',
    'source',
    'test',
  ] as const),
  ...(['documentation', 'headers', 'compiler', 'package-manager', 'shell', 'setuid', 'cache', 'excluded'] as const),
]

function asCause(text: string): Verdict['cause'] {
  const found = causes.find((cause) => cause === text)
  if (found === undefined) throw new Error(`facts: no cause is called ${text}`)
  return found
}
