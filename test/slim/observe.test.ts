import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chownSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { nobody } from '../support/build-sandbox.ts'
import { busyboxSkipReason } from '../support/busybox-image.ts'
import { skipUnlessRoot } from '../support/engines.ts'
import { busyboxItems, type AppQuestion, type SeenApp } from '../support/observe-question.ts'

const execute = promisify(execFile)
const skip = skipUnlessRoot('crun', 'unshare', 'setpriv', 'strace') || busyboxSkipReason
const program = fileURLToPath(new URL('../support/observe-app.ts', import.meta.url))
const users = { root: { uid: 0, gid: 0 }, 'a user without rights': nobody }

async function seen(
  user: { readonly uid: number; readonly gid: number },
  parts: Partial<AppQuestion>,
): Promise<SeenApp> {
  await using folder = await temporaryDirectory()
  const directory = join(folder.path, 'own')
  mkdirSync(directory)
  for (const path of [folder.path, directory]) chownSync(path, user.uid, user.gid)
  const question: AppQuestion = {
    ...{ directory, script: 'true', network: 'none', port: undefined, fileCount: 0, isTraced: false },
    ...parts,
  }
  const file = join(directory, 'question.json')
  writeFileSync(file, JSON.stringify(question))
  const options = { ...user, env: { PATH: process.env['PATH'], HOME: directory }, maxBuffer: 64 * 1024 * 1024 }
  const { stdout } = await execute(process.execPath, [program, file], options)
  const answer: SeenApp = JSON.parse(stdout)
  return answer
}

/** What strace sees opened by the same script in the same root, without directories and links. */
async function opened(script: string): Promise<readonly string[]> {
  await using folder = await temporaryDirectory()
  const root = realpathSync(folder.path)
  for (const { entry, content } of await busyboxItems()) {
    const path = join(root, entry.path)
    if (entry.kind === 'directory') mkdirSync(path, { recursive: true })
    else if (entry.kind === 'file') writeFileSync(path, content, { mode: entry.mode })
    else await execute('ln', ['-s', entry.linkTarget, path])
  }
  const log = join(root, 'log')
  const words = ['-f', '-y', '-o', log, '-e', 'trace=open,openat,execve', 'chroot', root, '/bin/sh', '-c']
  await execute('strace', [...words, `cd /data; ${script}`], { env: { PATH: '/bin:/usr/bin:/sbin:/usr/sbin' } })
  const found = readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, file] = /open(?:at)?\(.* = \d+<(.*)>$/.exec(line) ?? []
      const [, executed] = /execve\("([^"]*)".* = 0$/.exec(line) ?? []
      if (executed !== undefined && /^\/(?:bin|data)\/\w+$/.test(executed)) return [realpathSync(join(root, executed))]
      return file === undefined ? [] : [file]
    })
  const inside = found.filter((path) => path.startsWith(`${root}/`)).map((path) => path.slice(root.length))
  return [...new Set(inside)].toSorted()
}

const directories = new Set(['/', '/bin', '/data', '/etc', '/many'])
const filesOf = (paths: readonly string[]): readonly string[] => paths.filter((path) => !directories.has(path))

for (const [name, user] of Object.entries(users)) {
  describe(`an app of ${name}`, { skip, timeout: 240_000 }, () => {
    test('is seen to open what strace sees it open', async () => {
      const script = 'cat link; ./script; ls /many'
      const { opened: found, executed, written, result } = await seen(user, { script })
      assert.deepEqual(result, { kind: 'exited', status: 0 })
      assert.deepEqual(filesOf(found), filesOf(await opened(script)))
      assert.deepEqual(filesOf(found), ['/bin/busybox', '/data/a', '/data/b', '/data/script'])
      assert.ok(found.includes('/many'))
      assert.deepEqual(executed, ['/bin/busybox', '/data/script'])
      assert.deepEqual(written, [])
    })

    test('is seen to write', async () => {
      const { written } = await seen(user, { script: 'echo x > /data/a; echo y > /new; rm /data/b' })
      assert.deepEqual(written, ['/data/a', '/data/b', '/new'])
    })

    test('opens twenty thousand files, of which none is lost', async () => {
      const fileCount = 20_000
      const script = `for number in $(seq 0 ${fileCount - 1}); do read line < /many/$number; done; true`
      const { opened: found } = await seen(user, { script, fileCount })
      assert.equal(found.filter((path) => path.startsWith('/many/')).length, fileCount)
    })

    test('is connected to at any port, and a further process runs beside it', async () => {
      const script = 'nc -l -p 80 -e echo hello'
      const { answer, said, opened: found } = await seen(user, { script: `${script}; nc -l -p 81`, port: 80 })
      assert.deepEqual([answer, said], ['hello\n', 'yes /data 0\n'])
      assert.ok(found.includes('/bin/busybox'))
    })

    test('is told what it looked for in vain', async () => {
      const { missing } = await seen(user, { script: 'cat none /data/../no', isTraced: true })
      assert.deepEqual(missing, ['/data/none', '/no'])
    })
  })
}
