import { readFile } from 'node:fs/promises'
import type { ExitResult } from '../../src/sandbox/process-spec.ts'
import { directory, file, symbolicLink, type LayerItem } from './layers.ts'

/** An app that a test wants to be run. */
export interface AppQuestion {
  /** Of whoever runs it. */
  readonly directory: string
  readonly script: string
  readonly network: 'none' | 'host'
  /** Waited for and connected to, if there is one. */
  readonly port: number | undefined
  /** Empty files in `/many`. */
  readonly fileCount: number
  readonly isTraced: boolean
}

/** What was seen of it. */
export interface SeenApp {
  readonly opened: readonly string[]
  readonly executed: readonly string[]
  readonly written: readonly string[]
  readonly missing: readonly string[]
  readonly answer: string
  /** By a further process. */
  readonly said: string
  readonly result: ExitResult | undefined
}

const applets = ['sh', 'cat', 'echo', 'id', 'ls', 'nc', 'pwd', 'rm', 'seq', 'true']

/** A root with busybox in it, each file in its place, and something to read. */
export async function busyboxItems(): Promise<readonly LayerItem[]> {
  return [
    directory('bin'),
    file('bin/busybox', await readFile('/bin/busybox'), { mode: 0o755 }),
    ...applets.map((name) => symbolicLink(`bin/${name}`, 'busybox')),
    directory('data'),
    file('data/a', 'a'),
    file('data/b', 'b'),
    file('data/script', '#!/bin/sh\ncat /data/b\n', { mode: 0o755 }),
    symbolicLink('data/link', 'a'),
    directory('etc'),
    file('etc/passwd', 'root:x:0:0:root:/:/bin/sh\n'),
    directory('many'),
  ]
}
