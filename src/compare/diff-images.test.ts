import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { directory, file, symbolicLink, type LayerItem } from '../../test/support/layers.ts'
import { randomLayers } from '../../test/support/random-layers.ts'
import { FileTreeError } from '../filetree/errors.ts'
import { diffImages, type ImageDifferences } from './diff-images.ts'
import { measureNewBytes, newBytes } from './new-bytes.ts'
import { measurable } from './testing/measurable.ts'

async function diff(
  before: readonly LayerItem[],
  after: readonly LayerItem[],
  configs: readonly [object, object] = [{}, {}],
): Promise<ImageDifferences> {
  await using one = await measurable([before], configs[0])
  await using other = await measurable([after], configs[1])
  return diffImages(one, other)
}

const nothing = { added: [], removed: [], changed: [], moved: [] }

describe('differences of files', () => {
  test('are added, removed, changed and moved ones', async () => {
    const { files } = await diff(
      [file('a', 'same'), file('b', 'old'), file('c', 'moved'), file('d', 'gone'), symbolicLink('e', 'a'), file('f')],
      [
        file('a', 'same'),
        file('b', 'newer'),
        file('x/c', 'moved'),
        symbolicLink('e', 'b'),
        file('f', '', { mode: 0o755 }),
      ],
    )
    const { root, ...changes } = files
    assert.deepEqual(changes, {
      added: [{ path: '/x', kind: 'directory', sizeBytes: 0 }],
      removed: [{ path: '/d', kind: 'file', sizeBytes: 4 }],
      changed: [
        { path: '/b', parts: ['content'], beforeBytes: 3, afterBytes: 5 },
        { path: '/e', parts: ['link'], beforeBytes: 0, afterBytes: 0 },
        { path: '/f', parts: ['mode'], beforeBytes: 0, afterBytes: 0 },
      ],
      moved: [{ from: '/c', path: '/x/c', sizeBytes: 5 }],
    })
    assert.deepEqual(root, {
      ...{ path: '/', beforeBytes: 16, afterBytes: 14, beforeFiles: 6, afterFiles: 5, changes: 7 },
      folders: [
        { ...{ path: '/x', beforeBytes: 0, afterBytes: 5, beforeFiles: 0, afterFiles: 1, changes: 1 }, folders: [] },
      ],
    })
  })

  test('move to the place where the name is the same, and each file once', async () => {
    const { files } = await diff(
      [file('a/x', 'same'), file('a/y', 'same')],
      [directory('a'), file('b/y', 'same'), file('b/z', 'same'), file('b/zz', 'same')],
    )
    assert.deepEqual(files.moved, [
      { from: '/a/y', path: '/b/y', sizeBytes: 4 },
      { from: '/a/x', path: '/b/z', sizeBytes: 4 },
    ])
    assert.deepEqual(
      files.added.map(({ path }) => path),
      ['/b', '/b/zz'],
    )
  })
})

describe('differences', () => {
  test('of packages are by name and version', async () => {
    const status = (...packages: readonly string[]) =>
      file(
        'var/lib/dpkg/status',
        packages
          .map((each) => {
            const [name, version] = each.split('=')
            return `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: all\n`
          })
          .join('\n'),
      )
    const { packages } = await diff([status('a=1', 'b=1', 'c=1')], [status('a=1', 'b=2', 'd=1')])
    assert.deepEqual(
      packages?.map(({ name, before, after }) => [name, before, after]),
      [
        ['b', '1', '2'],
        ['c', '1', undefined],
        ['d', undefined, '1'],
      ],
    )
  })

  test('of configurations are by setting', async () => {
    const { configuration } = await diff(
      [],
      [],
      [
        { Env: ['PATH=/bin', 'A=1=2'], Labels: { a: '1' }, User: 'root', Cmd: ['x'] },
        { Env: ['PATH=/bin', 'A=1'], Labels: { b: '1' }, User: '1', Cmd: ['x'] },
      ],
    )
    assert.deepEqual(configuration, [
      { setting: 'ENV A', before: '1=2', after: '1' },
      { setting: 'LABEL a', before: '1', after: undefined },
      { setting: 'LABEL b', before: undefined, after: '1' },
      { setting: 'USER', before: 'root', after: '1' },
    ])
  })

  test('of layers tell what a node has to pull', async () => {
    await using base = await measurable([[file('a', 'a')]])
    await using app = await measurable([[file('a', 'a')], [file('b', 'b')]])
    const { shared } = diffImages(base, app)
    const [low, top] = app.image.layers.map(({ descriptor }) => descriptor.size)
    assert.deepEqual(shared, { layers: 1, compressedBytes: low, newBytes: top })
    assert.equal(newBytes(app.image, []), (low ?? 0) + (top ?? 0))
    assert.equal(newBytes(app.image, [app.image]), 0)
    const row = measureNewBytes(base.image, app.image, [{ name: 'base:1', image: base.image }])
    assert.deepEqual([row.before?.value, row.after?.value], [0, top])
    assert.match(row.method, /base:1/)
  })

  test('of an image and itself are none', async () => {
    await fc.assert(
      fc.asyncProperty(randomLayers, async (layers) => {
        try {
          await using one = await measurable(layers)
          await using other = await measurable(layers)
          const { files, packages, configuration } = diffImages(one, other)
          const { root, ...changes } = files
          assert.deepEqual(changes, nothing)
          assert.equal(root.changes, 0)
          assert.deepEqual([packages, configuration], [[], []])
        } catch (error) {
          // Random layers may be such that no runtime takes them.
          if (!(error instanceof FileTreeError)) throw error
        }
      }),
      { numRuns: 60 },
    )
  })
})
