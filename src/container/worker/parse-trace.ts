import { posix } from 'node:path'

/** The process whose trace is read. */
export interface TracedProcess {
  /** Of the first process of the container. */
  readonly pid: number
  readonly workingDirectory: string
  /** How many programs it is before it is that of the container: with util-linux one of ours. */
  readonly programsBefore: number
}

const pathsMax = 5000
/** Those of which the path is only wanted to become something, or to be gone. */
const making = /^(?:mkdir|mknod|unlink|rmdir|rename|link|symlink)/
/** Places that no image fills. */
const system = /^\/(?:proc|sys|dev)(?:\/|$)/

/**
 * The paths that processes looked for and did not find, each once, in order, from lines of `strace -f -y -o FILE`. What the runtime looked for
 * before it executed the container's program does not count, nor does what its other processes look for.
 */
export class TraceReader {
  readonly #process: TracedProcess
  readonly #missing = new Set<string>()
  readonly #unfinished = new Map<string, string>()
  /** Those of the runtime. */
  readonly #others = new Set<string>()
  /** By number; threads share theirs. */
  readonly #directories = new Map<string, { path: string }>()
  #programs = 0
  #hasBegun = false

  constructor(process: TracedProcess) {
    this.#process = process
  }

  get missing(): readonly string[] {
    return [...this.#missing]
  }

  add(line: string): void {
    const [, pid, rest] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    if (pid === undefined || rest === undefined) return
    const first = /^(.*) <unfinished \.\.\.>$/.exec(rest)?.[1]
    if (first !== undefined) return void this.#unfinished.set(pid, first)
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1]
    const call = resumed === undefined ? rest : `${this.#unfinished.get(pid) ?? ''}${resumed}`
    if (resumed !== undefined) this.#unfinished.delete(pid)
    this.#addCall(pid, call)
  }

  #addCall(pid: string, call: string): void {
    const [, name = '', words = '', result = ''] = /^(\w+)\((.*)\)\s+= (.*)$/.exec(call) ?? []
    if (!this.#hasBegun) return this.#addBefore(pid, name, result)
    if (this.#others.has(pid)) return
    if (/^(?:clone3?|v?fork)$/.test(name)) return this.#addChild(pid, words, result)
    if (name === 'chdir' && result.startsWith('0')) return this.#move(pid, this.#pathOf(pid, words))
    if (name === 'fchdir' && result.startsWith('0')) return this.#move(pid, /^\d+<(.*)>$/.exec(words)?.[1])
    if (!result.startsWith('-1 ENOENT') || making.test(name) || this.#missing.size >= pathsMax) return
    const path = this.#pathOf(pid, words)
    if (path !== undefined && !system.test(path)) this.#missing.add(path)
  }

  #addBefore(pid: string, name: string, result: string): void {
    if (pid !== String(this.#process.pid)) {
      this.#others.add(pid)
      return
    }
    if (!name.startsWith('execve') || !result.startsWith('0')) return
    this.#programs += 1
    this.#hasBegun = this.#programs > this.#process.programsBefore
    this.#directories.set(pid, { path: this.#process.workingDirectory })
  }

  #addChild(pid: string, words: string, result: string): void {
    const child = /^\d+/.exec(result)?.[0]
    if (child === undefined) return
    const own = this.#directoryOf(pid)
    this.#directories.set(child, words.includes('CLONE_FS') ? own : { ...own })
  }

  #directoryOf(pid: string): { path: string } {
    return this.#directories.get(pid) ?? { path: this.#process.workingDirectory }
  }

  #move(pid: string, path: string | undefined): void {
    if (path !== undefined) this.#directoryOf(pid).path = path
  }

  /** `"path"`, `AT_FDCWD</directory>, "path"`, or `3</directory>, "path"` at the beginning. */
  #pathOf(pid: string, words: string): string | undefined {
    const [, directory, text = ''] = /^(?:(?:AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"/.exec(words) ?? []
    if (text === '') return undefined
    return posix.resolve(directory ?? this.#directoryOf(pid).path, unescaped(text))
  }
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12 }

/** As C writes text: bytes in octal digits. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const bytes: number[] = []
  for (const [piece, octal, other] of text.matchAll(/\\([0-7]{1,3})|\\(.)|[^\\]/gs)) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8))
    else if (other !== undefined) bytes.push(escapes[other] ?? other.charCodeAt(0))
    else bytes.push(...Buffer.from(piece))
  }
  return Buffer.from(bytes).toString()
}
