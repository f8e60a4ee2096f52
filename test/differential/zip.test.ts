import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { readZipEntries, readZipEntry } from '../../src/archive/zip-reader.ts'
import { createJob } from '../../src/std/job.ts'
import { bytesAccess } from '../../src/std/random-access.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

const execute = promisify(execFile)

/** More members than 16 bits count, one of 64 bits, one written without knowing its size, a comment, and something in front. */
const script = `
import io, sys, zipfile
class Pipe(io.RawIOBase):
    def __init__(self, file): self.file = file
    def writable(self): return True
    def write(self, bytes): return self.file.write(bytes)
with open(sys.argv[1], 'wb') as file:
    file.write(b'#!/bin/sh\\n')
    with zipfile.ZipFile(Pipe(file), 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b'PK\\x05\\x06 is no end'
        archive.writestr('streamed', 'x' * 5000)
        with archive.open('wide', 'w', force_zip64=True) as member: member.write(b'y' * 5000)
        archive.writestr(zipfile.ZipInfo('stored'), 'z')
        for index in range(int(sys.argv[2])): archive.writestr(zipfile.ZipInfo('many/%d' % index), '')
`

test("what Python's zipfile writes is read", { skip: skipUnlessInstalled('python3') }, async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'made.zip')
  for (const count of [3, 70_000]) {
    await execute('python3', ['-c', script, path, String(count)])
    const file = bytesAccess(await readFile(path))
    const entries = await readZipEntries(file, createJob())
    assert.equal(entries.length, count + 3)
    const contents = await Promise.all(entries.slice(0, 3).map((entry) => readZipEntry(file, entry, 10_000)))
    assert.deepEqual(
      contents.map((content, index) => [entries[index]?.path, content.toString()]),
      [
        ['streamed', 'x'.repeat(5000)],
        ['wide', 'y'.repeat(5000)],
        ['stored', 'z'],
      ],
    )
  }
})
