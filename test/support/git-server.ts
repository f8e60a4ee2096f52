import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { temporaryDirectory } from '../../src/std/temporary.ts'

/** A git server of its own, with one repository. */
export interface GitServer extends AsyncDisposable {
  /** `git://127.0.0.1:PORT/repository.git` */
  readonly url: string
  /** Its working folder, for what only this test needs. */
  readonly folder: string
  git(...words: readonly string[]): string
  /** Writes files and commits them at a fixed time. @returns the commit's ID */
  commit(files: Readonly<Record<string, string>>): string
}

/** The date of all commits, in seconds since 1970. */
export const commitSeconds = 1_600_000_000

/** Starts one on the loopback address. */
export async function startGitServer(): Promise<GitServer> {
  const held = new AsyncDisposableStack()
  const { path } = held.use(await temporaryDirectory())
  const folder = join(path, 'repository.git')
  mkdirSync(folder)
  const date = `${commitSeconds} +0000`
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: path },
    ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@test', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@test' },
    ...{ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  }
  const git = (...words: readonly string[]): string =>
    execFileSync('git', words, { cwd: folder, env, encoding: 'utf8' }).trim()
  git('init', '--quiet', '--initial-branch=main')
  const port = await freePort()
  const words = ['daemon', '--reuseaddr', '--export-all', `--base-path=${path}`, '--listen=127.0.0.1', `--port=${port}`]
  const daemon = spawn('git', [...words, '--verbose', path], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  held.defer(async () => {
    const ended = once(daemon, 'exit')
    if (daemon.pid !== undefined) process.kill(-daemon.pid)
    await ended
  })
  // It says when it is ready.
  await once(daemon.stderr, 'data')
  daemon.stderr.resume()
  return {
    url: `git://127.0.0.1:${port}/repository.git`,
    folder,
    git,
    commit(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), content)
      }
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', 'change')
      return git('rev-parse', 'HEAD')
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
