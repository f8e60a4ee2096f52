import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { digestOf, type Digest } from '../image/digest.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { mountCandidateFile } from './mount-candidate-file.ts'
import { mountCandidateBlobsMax } from './mount-candidates.ts'

function digest(text: string): Digest {
  return digestOf(Buffer.from(text))
}

describe('a file of mount candidates', () => {
  test('remembers from one program to the next, the latest first', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'new', 'mounts')
    const first = mountCandidateFile(path)
    first.add('host', 'a', [digest('1'), digest('2')])
    first.add('host', 'b', [digest('1')])
    await first.save()
    const second = mountCandidateFile(path)
    assert.deepEqual(await second.find('host', digest('1')), ['b', 'a'])
    assert.deepEqual(await second.find('host', digest('2')), ['a'])
    assert.deepEqual(await second.find('other', digest('2')), [])
    second.add('host', 'c', [digest('2')])
    assert.deepEqual(await second.find('host', digest('2')), ['c', 'a'])
  })

  test('keeps what two programs add at the same time, and leaves no other file', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'mounts')
    const [first, second] = [mountCandidateFile(path), mountCandidateFile(path)]
    await first.find('host', digest('1'))
    await second.find('host', digest('1'))
    first.add('host', 'a', [digest('1')])
    second.add('host', 'b', [digest('1')])
    await first.save()
    await second.save()
    assert.deepEqual(await mountCandidateFile(path).find('host', digest('1')), ['b', 'a'])
    assert.deepEqual(await readdir(directory.path), ['mounts'])
  })

  test('forgets the oldest, and stays small', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'mounts')
    const digests = Array.from({ length: mountCandidateBlobsMax + 10 }, (_, index) => digest(String(index)))
    const candidates = mountCandidateFile(path)
    candidates.add('host', 'a', digests)
    for (const name of ['b', 'c', 'd', 'e', 'f']) candidates.add('host', name, digests.slice(-1))
    await candidates.save()
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    assert.equal(lines.length, mountCandidateBlobsMax)
    assert.equal(lines.at(-1), `host ${digests.at(-1)} f e d c`)
    assert.equal(lines[0], `host ${digests[10]} a`)
  })

  test('reads past what is damaged', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'mounts')
    const good = `host ${digest('1')} a`
    await writeFile(path, `\0\0\0\n${good.slice(0, 30)}\n\n${good} ../b UPPER\nhost sha256:zz a\n${good.slice(0, -1)}`)
    assert.deepEqual(await mountCandidateFile(path).find('host', digest('1')), ['a'])
    await writeFile(path, Buffer.alloc(5 * 1024 * 1024, `${good}\n`))
    assert.deepEqual(await mountCandidateFile(path).find('host', digest('1')), [])
  })

  test('that cannot be read or written loses nothing but its memory', async () => {
    const candidates = mountCandidateFile('/dev/null/mounts')
    candidates.add('host', 'a', [digest('1')])
    await candidates.save()
    assert.deepEqual(await candidates.find('host', digest('1')), ['a'])
  })
})
