import { mkdir } from 'node:fs/promises'
import { posix, resolve } from 'node:path'
import type { SandboxMount } from '../../sandbox/process-spec.ts'
import { errorMessage } from '../../std/errors.ts'
import { byteSizeOf } from '../build/values.ts'
import { CliError, wrongUsage } from '../errors.ts'

/** What a process is to see beside its image. */
export interface WantedMounts {
  readonly mounts: readonly SandboxMount[]
  /** Folders of the machine that are made where they are not there, as docker makes those of `-v`. */
  readonly made: readonly string[]
  /** Paths that are to be folders of the container's own, as an image's volumes are. */
  readonly volumes: readonly string[]
}

/**
 * Reads `-v`, `--mount` and `--tmpfs`. What lies in another mount comes behind it.
 *
 * @param words as on the line, by their option.
 * @param directory what relative paths of the machine begin at.
 * @throws CliError `wrong-usage`
 */
export function readMounts(
  words: { readonly volume: readonly string[]; readonly mount: readonly string[]; readonly tmpfs: readonly string[] },
  directory: string,
): WantedMounts {
  const read = [
    ...words.volume.map((word) => readVolume(word, directory)),
    ...words.mount.map((word) => readMount(word, directory)),
    ...words.tmpfs.map(readMemory),
  ]
  const mounts = read.flatMap(({ mount }) => mount ?? []).toSorted((a, b) => depthOf(a.target) - depthOf(b.target))
  const volumes = read.flatMap(({ volume }) => volume ?? [])
  const targets = [...mounts.map(({ target }) => target), ...volumes]
  const twice = targets.find((target, index) => targets.indexOf(target) !== index)
  if (twice !== undefined) wrongUsage(`two things are to be mounted at ${twice}`)
  return { mounts, volumes, made: read.flatMap(({ made }) => made ?? []) }
}

/** Makes the folders of `-v` that are not there. @throws CliError `file-failed` */
export async function makeFolders({ made }: WantedMounts): Promise<void> {
  for (const path of made) {
    try {
      await mkdir(path, { recursive: true })
    } catch (cause) {
      const isFile = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
      if (!isFile)
        throw new CliError('file-failed', `cannot make the folder ${path}: ${errorMessage(cause)}`, { cause })
    }
  }
}

interface ReadMount {
  readonly mount?: SandboxMount
  readonly made?: string
  readonly volume?: string
}

function depthOf(path: string): number {
  return path.split('/').filter((part) => part !== '').length
}

/** Of SELinux and of Docker's on macOS: nothing here. */
const ignoredModes = new Set(['z', 'Z', 'cached', 'delegated', 'consistent', 'rprivate', 'private', 'rslave', 'slave'])

function readVolume(word: string, directory: string): ReadMount {
  const title = `-v ${word}`
  const [first = '', second, modes = '', ...more] = word.split(':')
  if (more.length > 0) wrongUsage(`${title}: it has too many colons`, 'Write -v ./data:/data or -v ./data:/data:ro.')
  if (second === undefined) return { volume: targetOf(title, first) }
  if (!/^[./]/.test(first)) {
    wrongUsage(`${title}: there are no volumes with names here`, `Write the path of a folder: -v ./${first}:${second}.`)
  }
  const source = resolve(directory, first)
  const modeList = modes.split(',').filter((mode) => mode !== '' && !ignoredModes.has(mode))
  const unknown = modeList.find((mode) => mode !== 'ro' && mode !== 'rw')
  if (unknown !== undefined) wrongUsage(`${title}: ${JSON.stringify(unknown)} is not known`, 'There are ro and rw.')
  const isReadOnly = modeList.includes('ro')
  return { mount: { kind: 'bind', source, target: targetOf(title, second), isReadOnly }, made: source }
}

/** Options of `--tmpfs` that say what is so anyway, or what makes no difference in memory. */
const idleOptions = new Set([
  ...['rw', 'nosuid', 'nodev', 'noexec', 'async', 'sync', 'dirsync', 'atime', 'noatime', 'diratime', 'nodiratime'],
  ...['relatime', 'norelatime', 'strictatime', 'nostrictatime', 'private', 'rprivate', 'slave', 'rslave'],
])
const memoryKeys = new Set(['size', 'mode', 'uid', 'gid', 'nr_inodes', 'nr_blocks'])

/** `PATH:size=64m,mode=1777,uid=1000,gid=1000,ro,exec`. As with docker, no program in it can be run unless `exec` is said. */
function readMemory(word: string): ReadMount {
  const title = `--tmpfs ${word}`
  const colon = word.indexOf(':')
  const target = targetOf(title, colon === -1 ? word : word.slice(0, colon))
  const options = colon === -1 ? [] : word.slice(colon + 1).split(',')
  const valueOf = (name: string): string | undefined =>
    options.findLast((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)
  const unknown = options.find((each) => {
    const [key = '', value] = each.split('=', 2)
    return value === undefined ? !['', 'ro', 'exec'].includes(key) && !idleOptions.has(key) : !memoryKeys.has(key)
  })
  if (unknown !== undefined) {
    wrongUsage(`${title}: ${JSON.stringify(unknown)} is not known`, 'There are size, mode, uid, gid, ro and exec.')
  }
  const size = valueOf('size')
  return {
    mount: {
      kind: 'tmpfs',
      target,
      sizeBytes: size === undefined ? undefined : byteSizeOf(`${title}: size`, size),
      mode: modeOf(title, valueOf('mode')),
      uid: idOf(title, valueOf('uid')),
      gid: idOf(title, valueOf('gid')),
      isReadOnly: options.findLast((each) => each === 'ro' || each === 'rw') === 'ro',
      forbidsPrograms: options.findLast((each) => each === 'exec' || each === 'noexec') !== 'exec',
    },
  }
}

const mountKeys: ReadonlyMap<string, string> = new Map([
  ['type', 'type'],
  ...['source', 'src'].map((key) => [key, 'source'] as const),
  ...['target', 'dst', 'destination'].map((key) => [key, 'target'] as const),
  ...['readonly', 'ro'].map((key) => [key, 'readonly'] as const),
  ['tmpfs-size', 'tmpfs-size'],
  ['tmpfs-mode', 'tmpfs-mode'],
  ['bind-propagation', 'bind-propagation'],
  ['consistency', 'consistency'],
])

function readMount(word: string, directory: string): ReadMount {
  const title = `--mount ${word}`
  const values = new Map<string, string>()
  for (const field of word.split(',')) {
    const [key = '', ...rest] = field.split('=')
    const name = mountKeys.get(key)
    if (name === undefined) {
      wrongUsage(
        `${title}: ${JSON.stringify(key)} is not known`,
        'There are type, source, target, readonly and tmpfs-size.',
      )
    } else values.set(name, rest.length === 0 ? 'true' : rest.join('='))
  }
  const target = targetOf(title, values.get('target') ?? '')
  const source = values.get('source')
  switch (values.get('type') ?? 'volume') {
    case 'tmpfs': {
      const size = values.get('tmpfs-size')
      const sizeBytes = size === undefined ? undefined : byteSizeOf(`${title}: tmpfs-size`, size)
      const mode = modeOf(title, values.get('tmpfs-mode'))
      const isReadOnly = isTrue(title, values.get('readonly'))
      return { mount: { kind: 'tmpfs', target, sizeBytes, mode, isReadOnly, forbidsPrograms: true } }
    }
    case 'bind': {
      if (source === undefined || source === '') return wrongUsage(`${title}: it has no source`)
      const isReadOnly = isTrue(title, values.get('readonly'))
      return { mount: { kind: 'bind', source: resolve(directory, source), target, isReadOnly } }
    }
    case 'volume':
      if (source === undefined) return { volume: target }
      return wrongUsage(`${title}: there are no volumes with names here`, 'Take type=bind and the path of a folder.')
    default:
      return wrongUsage(`${title}: the type is not known`, 'There are bind and tmpfs.')
  }
}

function targetOf(title: string, text: string): string {
  if (!text.startsWith('/')) {
    wrongUsage(`${title}: ${text === '' ? 'it has no target' : `${JSON.stringify(text)} is not absolute`}`)
  }
  const target = posix.resolve('/', text)
  if (target === '/') wrongUsage(`${title}: nothing can take the place of the whole image`)
  return target
}

function modeOf(title: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[0-7]{1,4}$/.test(text)) wrongUsage(`${title}: ${JSON.stringify(text)} is no mode`, 'Write it as 1777.')
  return Number.parseInt(text, 8)
}

function isTrue(title: string, text = 'false'): boolean {
  if (!/^(?:true|1|false|0)$/i.test(text))
    wrongUsage(`${title}: readonly is true or false, not ${JSON.stringify(text)}`)
  return /^(?:true|1)$/i.test(text)
}

function idOf(title: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[0-9]{1,9}$/.test(text)) wrongUsage(`${title}: ${JSON.stringify(text)} is no number of a user or group`)
  return Number(text)
}
