import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lchownSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { pathBytes, walkFolder } from './folder-walk.ts'

/**
 * How much a folder asks of an archive: what every format holds; what ustar holds (devices, names up to 255 bytes); what PAX
 * holds (any name, owner and time, extended attributes); and what bsdtar changes on the way (it composes decomposed
 * characters, and misreads times before 1970).
 */
export type Oddity = 'v7' | 'ustar' | 'pax' | 'all'

/** Fills an empty folder with everything that an archive may hold. Needs root. */
export function makeOddFolder(root: string, oddity: Oddity): void {
  addSimple(root)
  if (oddity !== 'v7') addForUstar(root)
  if (oddity === 'pax' || oddity === 'all') addForPax(root)
  if (oddity === 'all') writeFileSync(`${root}/e\u{301}`, 'decomposed')
  setTimes(root, oddity)
}

function addSimple(root: string): void {
  for (const size of [0, 1, 511, 512, 513, 70_000])
    writeFileSync(`${root}/file-${size}`, Buffer.alloc(size, `${size} `))
  for (const name of [' spaces ', '-dash', 'line\nfeed', 'back\\slash', 'x'.repeat(97)]) {
    writeFileSync(`${root}/${name}`, name)
  }
  mkdirSync(`${root}/folder/inner/empty`, { recursive: true })
  writeFileSync(`${root}/folder/inner/file`, 'inner')
  symlinkSync('../file-1', `${root}/folder/link`)
  symlinkSync('nowhere', `${root}/dangling`)
  linkSync(`${root}/file-513`, `${root}/folder/hard`)
  linkSync(`${root}/file-513`, `${root}/another-hard`)
  linkSync(`${root}/file-0`, `${root}/empty-hard`)
  lchownSync(`${root}/file-1`, 1000, 1001)
  for (const [index, mode] of [0o4755, 0o2711, 0o1700, 0o000].entries()) {
    const path = `${root}/mode-${index}`
    writeFileSync(path, '')
    chmodSync(path, mode)
  }
}

function addForUstar(root: string): void {
  execFileSync('mkfifo', [`${root}/fifo`])
  execFileSync('mknod', [`${root}/null`, 'c', '1', '3'])
  execFileSync('mknod', [`${root}/block`, 'b', '259', '70000'])
  symlinkSync('t'.repeat(100), `${root}/long-link`)
  const folder = `${root}/${'d'.repeat(70)}/${'e'.repeat(80)}`
  mkdirSync(folder, { recursive: true })
  for (const length of [50, 99, 100]) writeFileSync(`${folder}/${'n'.repeat(length)}`, 'split')
}

function addForPax(root: string): void {
  for (const name of ['naïve', '🛶', 'x'.repeat(101), 'é'.repeat(60), 'equals=and%25%']) {
    writeFileSync(`${root}/${name}`, name)
  }
  for (const name of ['caf\udce9', `${'y'.repeat(150)}\udcff`]) writeFileSync(pathBytes(root, name), 'no UTF-8')
  symlinkSync(Buffer.from('caf\xe9', 'latin1'), `${root}/link-to-no-utf8`)
  symlinkSync('ü', `${root}/link-to-utf8`)
  symlinkSync(`${'../'.repeat(600)}target`, `${root}/very-long-link`)
  const deep = Array.from({ length: 12 }, (_, depth) => `${depth}`.repeat(60)).join('/')
  mkdirSync(`${root}/${deep}`, { recursive: true })
  writeFileSync(`${root}/${deep}/file`, 'deep')
  linkSync(`${root}/${deep}/file`, `${root}/${deep}/hard`)
  lchownSync(`${root}/file-511`, 3_000_000_000, 4_000_000_000)
  const xattr = (path: string, name: string, value: string): void => {
    execFileSync('setfattr', ['-h', '-n', name, '-v', value, path])
  }
  xattr(`${root}/file-1`, 'user.text', 'some text')
  xattr(`${root}/file-1`, 'user.binary', '0x000aff3d0a')
  xattr(`${root}/folder`, 'user.on-folder', 'yes')
  xattr(`${root}/mode-0`, 'security.capability', '0x0100000200200000000000000000000000000000')
}

/** Folders last and from the inside, because what is put into them changes their times. */
function setTimes(root: string, oddity: Oddity): void {
  const whole = [1_700_000_000, 0, 1]
  const exact = [1_700_000_000.123_456, 5_000_000_000, 0.5, ...(oddity === 'all' ? [-1.25] : [])]
  const times = oddity === 'pax' || oddity === 'all' ? exact : whole
  for (const [index, path] of [...walkFolder(root).keys()].toReversed().entries()) {
    const seconds = times[index % times.length] ?? 0
    // Node takes a negative number for the present time, but not a negative date.
    const time = seconds < 0 ? new Date(seconds * 1000) : seconds
    lutimesSync(pathBytes(root, path), time, time)
  }
}

/** Writes a file with runs of data, each of 5,000 bytes, and holes between them and behind. */
export function writeSparseFile(path: string, runOffsets: readonly number[], sizeBytes: number): void {
  const file = openSync(path, 'w')
  try {
    for (const offset of runOffsets) writeSync(file, Buffer.alloc(5000, `at ${offset}, `), 0, 5000, offset)
    ftruncateSync(file, sizeBytes)
  } finally {
    closeSync(file)
  }
}
