import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMounts } from './mounts.ts'

const none = { volume: [], mount: [], tmpfs: [] }

describe('what is to be mounted', () => {
  test('is a folder of the machine', () => {
    const { mounts, made } = readMounts({ ...none, volume: ['./a:/x', '/b:/y/../z:ro,Z'] }, '/here')
    assert.deepEqual(mounts, [
      { kind: 'bind', source: '/here/a', target: '/x', isReadOnly: false },
      { kind: 'bind', source: '/b', target: '/z', isReadOnly: true },
    ])
    assert.deepEqual(made, ['/here/a', '/b'])
  })

  test('is said by keys, and not made then', () => {
    const words = ['type=bind,source=a,target=/x,readonly', 'type=tmpfs,dst=/y,tmpfs-size=1m,tmpfs-mode=700']
    assert.deepEqual(readMounts({ ...none, mount: words }, '/here'), {
      mounts: [
        { kind: 'bind', source: '/here/a', target: '/x', isReadOnly: true },
        { kind: 'tmpfs', target: '/y', sizeBytes: 2 ** 20, mode: 0o700, isReadOnly: false, forbidsPrograms: true },
      ],
      volumes: [],
      made: [],
    })
  })

  test('is memory', () => {
    const words = ['/a', '/b:rw,size=2k,mode=1777,nosuid', '/c:uid=7,gid=8,ro,exec']
    const usual = { sizeBytes: undefined, mode: undefined, uid: undefined, gid: undefined, isReadOnly: false, forbidsPrograms: true } // prettier-ignore
    assert.deepEqual(readMounts({ ...none, tmpfs: words }, '/').mounts, [
      { ...usual, kind: 'tmpfs', target: '/a' },
      { ...usual, kind: 'tmpfs', target: '/b', sizeBytes: 2048, mode: 0o1777 },
      { ...usual, kind: 'tmpfs', target: '/c', uid: 7, gid: 8, isReadOnly: true, forbidsPrograms: false },
    ])
  })

  test('comes behind what it lies in', () => {
    const { mounts } = readMounts({ ...none, volume: ['/1:/a/b/c', '/2:/a'], tmpfs: ['/a/b'] }, '/')
    assert.deepEqual(
      mounts.map(({ target }) => target),
      ['/a', '/a/b', '/a/b/c'],
    )
  })

  test('is a folder of its own where no other is named', () => {
    assert.deepEqual(readMounts({ ...none, volume: ['/data'], mount: ['dst=/more'] }, '/').volumes, ['/data', '/more'])
  })

  test('is refused where nobody knows what is meant', () => {
    const refused = [
      { volume: ['data:/x'] },
      { volume: ['./a:b'] },
      { volume: ['./a:/'] },
      { volume: ['./a:/x:rx'] },
      { volume: ['./a:/b:ro:z'] },
      { mount: ['type=bind,dst=/x'] },
      { mount: ['type=bind,src=./a,dst=/x,readonly=maybe'] },
      { mount: ['type=npipe,src=a,dst=/x'] },
      { mount: ['src=name,dst=/x'] },
      { mount: ['type=tmpfs,to=/x'] },
      { tmpfs: ['/x:mode=9'] },
      { tmpfs: ['/x:uid=ada'] },
      { tmpfs: ['/x:suid'] },
      { tmpfs: ['/x:sise=1m'] },
      { volume: ['./a:/x'], tmpfs: ['/x'] },
    ]
    for (const words of refused) {
      assert.throws(() => readMounts({ ...none, ...words }, '/'), { code: 'wrong-usage' }, JSON.stringify(words))
    }
  })
})
