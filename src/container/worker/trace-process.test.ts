import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { skipUnlessInstalled } from '../../../test/support/engines.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { openTrace } from './trace-process.ts'

test(
  'a trace takes as much of the disk as it may, and the app runs on',
  { skip: skipUnlessInstalled('strace', 'crun') },
  async () => {
    await using folder = await temporaryDirectory()
    const bytesMax = 20_000
    const place = join(folder.path, "it's here")
    mkdirSync(place)
    const trace = openTrace(place, bytesMax)
    const [program = '', ...words] = trace.wrapper
    const script = 'echo $$; for number in $(seq 1000); do test -e /none/$number; done; echo whole'
    const { stdout } = await promisify(execFile)(program, [...words, '/bin/sh', '-c', script])
    const [pid, last] = stdout.trim().split('\n')
    assert.equal(last, 'whole')
    assert.equal(statSync(join(place, 'trace')).size, bytesMax)
    const notices: string[] = []
    const job = createJob({ emit: (event) => void (event.type === 'notice' && notices.push(event.message)) })
    const missing = await trace.missing({ pid: Number(pid), workingDirectory: '/' }, job)
    assert.ok(missing.includes('/none/1') && !missing.includes('/none/1000'))
    assert.match(notices.join(), /only the first 20(?:\.0)? ?kB of the trace are known/)
  },
)
