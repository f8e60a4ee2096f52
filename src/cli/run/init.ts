import { open } from 'node:fs/promises'
import type { SandboxMount } from '../../sandbox/process-spec.ts'
import { findProgram } from '../../sandbox/find-runtime.ts'
import { elfSegmentKinds, readElfLayout } from '../../std/elf.ts'
import { CliError } from '../errors.ts'

/** Programs that are made to be the first process of a container, as tini, Docker and Podman install them. Each takes `-- COMMAND`. */
const programs = ['tini-static', 'tini', 'docker-init', 'catatonit']
/** Where Docker shows it to the process. */
const target = '/sbin/docker-init'

/** A process that is run by an init: what is shown to it, and its words. */
export interface InitProcess {
  readonly mounts: readonly SandboxMount[]
  readonly words: readonly string[]
}

/**
 * `--init`: a program of this machine becomes the first process, passes signals on, and reaps what is orphaned. It has to be static, since
 * the image need not have its libraries.
 *
 * @throws CliError `wrong-usage` where none is installed
 */
export async function underInit(words: readonly string[], searchPath: string): Promise<InitProcess> {
  for (const name of programs) {
    const source = findProgram(name, searchPath)
    if (source === undefined || !(await isStatic(source))) continue
    return { mounts: [{ kind: 'bind', source, target, isReadOnly: true }], words: [target, '--', ...words] }
  }
  throw new CliError('wrong-usage', '--init: there is no static init on this machine', {
    hint: `Install the package tini or catatonit, or leave --init out. These are looked for: ${programs.join(', ')}.`,
  })
}

async function isStatic(path: string): Promise<boolean> {
  await using file = await open(path)
  const layout = await readElfLayout(async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  })
  return layout !== undefined && layout.findSegment(elfSegmentKinds.interpreter) === undefined
}
