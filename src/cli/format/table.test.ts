import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatTable } from './table.ts'

describe('formatTable', () => {
  test('lines up columns by what a terminal shows, without spaces at the ends', () => {
    const table = formatTable(
      [{ title: 'NAME' }, { title: 'SIZE', align: 'right' }, { title: 'NOTE' }],
      [
        ['node:22', '1GB', ''],
        ['日本', '12.3MB', 'wide'],
      ],
    )
    assert.equal(table, ['NAME        SIZE   NOTE', 'node:22      1GB', '日本      12.3MB   wide', ''].join('\n'))
  })

  test('prints the titles of an empty table', () => {
    assert.equal(formatTable([{ title: 'NAME' }, { title: 'SIZE' }], []), 'NAME   SIZE\n')
  })
})
