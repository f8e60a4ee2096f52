import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CopyPlan } from '../copy-plan.ts'
import { trimmedStage } from './trimmed-stage.ts'

const names = { origin: 'build', stage: 'trimmed', folder: '/slim' }

function planRemoving(paths: readonly string[]): CopyPlan {
  return {
    ...{ copies: [], gathered: [], directories: [], unprivileged: [], owned: [], tolerated: [], lost: [] },
    removals: [{ directory: '/lib', names: [], exceptions: [], prefixes: [], paths }],
    ...{ workingDirectory: '/', owner: { uid: 1, gid: 1 }, renamed: new Map() },
    metadata: { dpkg: [], apk: undefined },
  }
}

function linesFor(paths: readonly string[]): readonly string[] {
  const parts = trimmedStage(planRemoving(paths), names, { isRoot: true, hasOwnShell: false }, { escape: '\\' })
  return parts.flatMap(({ lines }) => lines)
}

describe('the stage that prepares what is shipped', () => {
  test('removes few files of a folder by their paths', () => {
    assert.deepEqual(linesFor(['/lib/a', '/lib/b']), ['FROM build AS trimmed', 'RUN rm -rf /lib/a /lib/b'])
  })

  test('removes many files of one folder by their names, and fills its lines', () => {
    const many = Array.from({ length: 40 }, (_, index) => `/lib/cache/module-${index}.pyc`)
    const lines = linesFor([...many, '/lib/other file'])
    assert.deepEqual(lines.slice(0, 3), [
      'FROM build AS trimmed',
      "RUN rm -rf '/lib/other file' \\",
      '    && (cd /lib/cache && rm -rf -- \\',
    ])
    assert.ok(lines.length < 15)
    assert.match(lines.at(-1) ?? '', /^ {8}\S.*module-39\.pyc\)$/)
    assert.equal(lines.join(' ').match(/module-\d+\.pyc/g)?.length, 40)
  })
})
