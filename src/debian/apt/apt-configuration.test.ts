import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { temporaryDirectory } from '../../std/temporary.ts'
import { isNo, isYes, parseAptOptions, readAptOptions } from './apt-configuration.ts'

const parse = (text: string): Readonly<Record<string, string>> => Object.fromEntries(parseAptOptions(text))

describe("apt's configuration", () => {
  test('is read in its two forms', () => {
    const expected = { 'acquire::http::proxy': 'http://proxy:3128' }
    assert.deepEqual(parse('Acquire::http::Proxy "http://proxy:3128";'), expected)
    assert.deepEqual(parse('Acquire { http { Proxy "http://proxy:3128"; }; };'), expected)
    assert.deepEqual(parse('Acquire::http {\n  Proxy "http://proxy:3128"\n}\n'), expected)
    assert.deepEqual(parse('ACQUIRE::HTTP::proxy http://proxy:3128;'), expected)
  })

  test('has comments', () => {
    const text = '// one "a";\n# A::B "1";\n/* A::C "2"; */ A::D "3"; A::E "http://x//y#z"; // A::F "4";'
    assert.deepEqual(parse(text), { 'a::d': '3', 'a::e': 'http://x//y#z' })
  })

  test('that is any text is read without failing', () => {
    const pieces = fc.array(fc.constantFrom('a', '::', '{', '}', ';', '"', '/*', '*/', '//', '#', ' ', '\n'), {
      maxLength: 60,
    })
    fc.assert(fc.property(pieces, (parts) => void parse(parts.join(''))))
  })

  test('comes from files in order, of which some do not count', async () => {
    await using folder = await temporaryDirectory()
    assert.equal((await readAptOptions(join(folder.path, 'missing'))).size, 0)
    await mkdir(join(folder.path, 'apt.conf.d'))
    const files = { '20b': 'A "2"; B "2";', '10a.conf': 'A "1"; C "1";', '30c.bak': 'A "3";', '40d~': 'A "4";' }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, 'apt.conf.d', name), text)
    await writeFile(join(folder.path, 'apt.conf'), 'B "5";')
    assert.deepEqual(Object.fromEntries(await readAptOptions(folder.path)), { a: '2', b: '5', c: '1' })
  })

  test('has several words for yes and no', () => {
    assert.deepEqual(['no', 'FALSE', '0', 'off', 'yes', '', undefined].map(isNo), [true, true, true, true, false, false, false]) // prettier-ignore
    assert.deepEqual(['yes', 'True', '1', 'on', 'no', '', undefined].map(isYes), [true, true, true, true, false, false, false]) // prettier-ignore
  })
})
