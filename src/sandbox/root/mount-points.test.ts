import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory, type TemporaryDirectory } from '../../std/temporary.ts'
import { SandboxError } from '../errors.ts'
import { findPlace, makeMountPoint } from './mount-points.ts'

async function withRoot(): Promise<TemporaryDirectory & { readonly root: string }> {
  const temporary = await temporaryDirectory()
  const root = join(temporary.path, 'root')
  mkdirSync(root)
  mkdirSync(join(temporary.path, 'outside'))
  return { ...temporary, root }
}

describe('a place to mount at', () => {
  test('is made with all that is above it, and what was made is told', async () => {
    await using box = await withRoot()
    mkdirSync(join(box.root, 'etc'))
    assert.deepEqual(makeMountPoint(box.root, '/etc/a/file', 'file'), {
      path: '/etc/a/file',
      made: ['/etc/a', '/etc/a/file'],
    })
    assert.deepEqual(makeMountPoint(box.root, '/etc/a/file', 'file'), { path: '/etc/a/file', made: [] })
    assert.deepEqual(makeMountPoint(box.root, '/memory', 'directory', 0o1777).made, ['/memory'])
    assert.equal(statSync(join(box.root, 'memory')).mode & 0o7777, 0o1777)
  })

  test('stays in the root, whatever its links say', async () => {
    await using box = await withRoot()
    const outside = join(box.path, 'outside')
    symlinkSync(outside, join(box.root, 'absolute'))
    symlinkSync(`../../../../../../../..${outside}`, join(box.root, 'relative'))
    symlinkSync('chain/../absolute', join(box.root, 'long'))
    mkdirSync(join(box.root, 'chain'))
    for (const name of ['absolute', 'relative', 'long']) {
      const { path } = makeMountPoint(box.root, `/${name}/x/${name}`, 'directory')
      assert.equal(path, `${outside}/x/${name}`)
      assert.ok(existsSync(join(box.root, path)))
    }
    assert.deepEqual(readdirSync(outside), [])
  })

  test('is what is at the end of a link that leads nowhere yet', async () => {
    await using box = await withRoot()
    mkdirSync(join(box.root, 'etc'))
    symlinkSync('../run/systemd/resolv.conf', join(box.root, 'etc/resolv.conf'))
    const made = ['/run', '/run/systemd', '/run/systemd/resolv.conf']
    assert.deepEqual(makeMountPoint(box.root, '/etc/resolv.conf', 'file'), { path: '/run/systemd/resolv.conf', made })
  })

  test('is refused where a file is in the way, and where links go in circles', async () => {
    await using box = await withRoot()
    writeFileSync(join(box.root, 'file'), '')
    symlinkSync('two', join(box.root, 'one'))
    symlinkSync('one', join(box.root, 'two'))
    const refused: readonly (readonly [string, 'directory' | 'file'])[] = [
      ['/file/x', 'file'],
      ['/file', 'directory'],
      ['/one/x', 'directory'],
    ]
    for (const [path, kind] of refused) {
      assert.throws(() => makeMountPoint(box.root, path, kind), SandboxError, path)
    }
  })

  test('can be looked for without being made', async () => {
    await using box = await withRoot()
    symlinkSync('/proc/self/fd', join(box.root, 'open'))
    assert.equal(findPlace(box.root, '/open/7'), '/proc/self/fd/7')
    assert.equal(findPlace(box.root, '/a/b/../c'), '/a/c')
    assert.deepEqual(readdirSync(box.root), ['open'])
  })
})
