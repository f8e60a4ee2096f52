import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { getXattr, listXattrs, makeNode, openBeneath, setTimes, setXattr } from './syscalls-files.ts'
import { temporaryDirectory } from './temporary.ts'

const rootSkip = process.getuid?.() === 0 ? false : 'only root may do that'

test('extended attributes are read as they were set, large ones too', async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'file')
  await writeFile(path, '')
  assert.deepEqual(listXattrs(path), [])
  assert.equal(getXattr(path, 'user.none'), undefined)
  const large = Buffer.alloc(3000, 'x')
  setXattr(path, 'user.empty', new Uint8Array(0))
  setXattr(path, 'user.large', large)
  assert.deepEqual([...listXattrs(path)].toSorted(), ['user.empty', 'user.large'])
  assert.deepEqual(getXattr(path, 'user.empty'), Buffer.alloc(0))
  assert.deepEqual(getXattr(Buffer.from(path), 'user.large'), large)
})

test('a failed call has the name of its reason and the path', async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'nothing')
  assert.throws(() => listXattrs(path), { code: 'ENOENT', message: `llistxattr: ENOENT, "${path}"` })
})

test('times are set to the nanosecond, before 1970 too, and on a link itself', async () => {
  await using folder = await temporaryDirectory()
  const target = join(folder.path, 'target')
  const link = join(folder.path, 'link')
  await writeFile(target, '')
  await symlink('target', link)
  const before = statSync(target, { bigint: true }).mtimeNs
  setTimes(link, { seconds: -2, nanoseconds: 123_456_789 })
  assert.equal(lstatSync(link, { bigint: true }).mtimeNs, -1_876_543_211n)
  assert.equal(statSync(target, { bigint: true }).mtimeNs, before)
})

test('named pipes are made', async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'pipe')
  makeNode(path, 'fifo', 0o600)
  assert.ok(lstatSync(path).isFIFO())
  assert.throws(() => makeNode(path, 'fifo', 0o600), { code: 'EEXIST' })
})

test('devices are made with large numbers', { skip: rootSkip }, async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'device')
  makeNode(path, 'block-device', 0o640, { major: 0xabc, minor: 0x1_2345 })
  const stats = lstatSync(path)
  assert.ok(stats.isBlockDevice())
  assert.equal(stats.mode & 0o7777, 0o640 & ~process.umask())
  // dev_t as the C library has it: the low byte of the minor number lies apart.
  assert.equal(stats.rdev, 0xabc * 0x100 + 0x45 + 0x123 * 0x10_0000)
})

test('a path is opened inside its directory only', async () => {
  await using folder = await temporaryDirectory()
  await mkdir(join(folder.path, 'root/etc'), { recursive: true })
  await writeFile(join(folder.path, 'root/etc/name'), 'inside')
  await writeFile(join(folder.path, 'secret'), 'outside')
  await symlink('/etc/name', join(folder.path, 'root/absolute'))
  await symlink('../secret', join(folder.path, 'root/climbing'))
  const directory = openSync(join(folder.path, 'root'), constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    const open = (path: string, resolve: 'in-root' | 'beneath'): number => {
      const descriptor = openBeneath(directory, path, { flags: constants.O_RDONLY, resolve })
      const { size } = fstatSync(descriptor)
      closeSync(descriptor)
      return size
    }
    assert.equal(open('etc/name', 'beneath'), 6)
    assert.equal(open('/../../absolute', 'in-root'), 6)
    assert.throws(() => open('climbing', 'in-root'), { code: 'ENOENT' })
    assert.throws(() => open('climbing', 'beneath'), { code: 'EXDEV' })
    assert.throws(() => open('absolute', 'beneath'), { code: 'EXDEV' })
    const withoutLinks = { flags: constants.O_RDONLY, resolve: 'beneath', followLinks: false } as const
    assert.throws(() => openBeneath(directory, 'absolute', withoutLinks), { code: 'ELOOP' })
  } finally {
    closeSync(directory)
  }
})

test('a path with .. is opened while others rename files all the time', async () => {
  await using folder = await temporaryDirectory()
  mkdirSync(join(folder.path, 'inner'))
  writeFileSync(join(folder.path, 'file'), '')
  writeFileSync(join(folder.path, 'one'), '')
  const rename =
    'const { renameSync } = require("node:fs"); for (;;) { renameSync("one", "two"); renameSync("two", "one") }'
  const renaming = spawn(process.execPath, ['-e', rename], { cwd: folder.path, stdio: 'ignore' })
  const directory = openSync(folder.path, constants.O_RDONLY)
  try {
    await once(renaming, 'spawn')
    const endMs = performance.now() + 500
    while (performance.now() < endMs) {
      const opened = openBeneath(directory, 'inner/../inner/../file', { flags: constants.O_RDONLY, resolve: 'in-root' })
      closeSync(opened)
    }
  } finally {
    closeSync(directory)
    renaming.kill('SIGKILL')
    await once(renaming, 'close')
  }
})
