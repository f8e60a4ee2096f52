import { readdirSync } from 'node:fs'

/** What a program cannot run without. */
export type ProgramNeed =
  | { readonly kind: 'interpreter' | 'loader'; readonly path: string }
  /** A processor that this machine is not, and that nothing here emulates. */
  | { readonly kind: 'processor'; readonly name: string }

/** e_machine of elf(5): the processor's name as emulators have it. */
const machines: ReadonlyMap<number, string> = new Map([
  [3, 'i386'],
  [20, 'ppc'],
  [21, 'ppc64le'],
  [22, 's390x'],
  [40, 'arm'],
  [62, 'x86_64'],
  [183, 'aarch64'],
  [243, 'riscv64'],
  [258, 'loongarch64'],
])
const ownMachines: Readonly<Record<string, readonly string[]>> = { x64: ['x86_64', 'i386'], arm64: ['aarch64', 'arm'] }

/** @param head the first bytes of the file. */
export function readNeeds(head: Uint8Array): ProgramNeed | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length)
  if (bytes.toString('latin1', 0, 2) === '#!') return scriptNeed(bytes)
  const isElf = bytes.length >= 64 && bytes.toString('latin1', 0, 4) === '\x7fELF'
  return isElf ? elfNeed(bytes) : undefined
}

function scriptNeed(bytes: Buffer): ProgramNeed | undefined {
  const [line = ''] = bytes.toString('utf8', 2, 258).split('\n')
  const [path = ''] = line.trimStart().split(/[ \t]/)
  return path.startsWith('/') ? { kind: 'interpreter', path } : undefined
}

/** Little-endian ELF files only: all processors that images are made for, but for s390x, have these. */
function elfNeed(bytes: Buffer): ProgramNeed | undefined {
  const [isWide, isLittle] = [bytes[4] === 2, bytes[5] === 1]
  const machine = machines.get(isLittle ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18))
  const own = ownMachines[process.arch]
  if (machine !== undefined && own !== undefined && !own.includes(machine)) {
    return isEmulated(machine) ? undefined : { kind: 'processor', name: machine }
  }
  return isLittle ? loaderNeed(bytes, isWide) : undefined
}

const programHeaderInterpreter = 3

function loaderNeed(bytes: Buffer, isWide: boolean): ProgramNeed | undefined {
  const start = isWide ? Number(bytes.readBigUInt64LE(32)) : bytes.readUInt32LE(28)
  const [sizeBytes, count] = isWide
    ? [bytes.readUInt16LE(54), bytes.readUInt16LE(56)]
    : [bytes.readUInt16LE(42), bytes.readUInt16LE(44)]
  for (let index = 0; index < count; index += 1) {
    const header = start + index * sizeBytes
    if (header + sizeBytes > bytes.length || sizeBytes < 32) return undefined
    if (bytes.readUInt32LE(header) !== programHeaderInterpreter) continue
    const offset = isWide ? Number(bytes.readBigUInt64LE(header + 8)) : bytes.readUInt32LE(header + 4)
    const length = isWide ? Number(bytes.readBigUInt64LE(header + 32)) : bytes.readUInt32LE(header + 16)
    if (offset + length > bytes.length) return undefined
    return { kind: 'loader', path: bytes.toString('utf8', offset, offset + length).replace(/\0.*$/s, '') }
  }
  return undefined
}

/** binfmt_misc: the kernel hands programs of other processors to what was registered for them. */
function isEmulated(machine: string): boolean {
  try {
    return readdirSync('/proc/sys/fs/binfmt_misc').some((name) => name.includes(machine))
  } catch {
    return false
  }
}
