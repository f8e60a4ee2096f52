import { execFileSync, spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { startHttpServer } from './http-server.ts'

/** A server of repositories over HTTP, for those who say the right thing. */
export interface GitHttpServer extends AsyncDisposable {
  readonly host: string
  /** What those said who were let in. */
  readonly authorizations: readonly string[]
}

/** Serves a repository's folder, whose name is its path, by git's own CGI program (git-http-backend(1)). */
export async function startGitHttpServer(folder: string, authorization: string): Promise<GitHttpServer> {
  const program = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend')
  const authorizations: string[] = []
  const server = await startHttpServer((request, response) => {
    const said = request.headers.authorization
    if (said !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
      return
    }
    authorizations.push(said)
    answer(request, response, program, dirname(folder))
  })
  return { host: server.host, authorizations, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

function answer(request: IncomingMessage, response: ServerResponse, program: string, root: string): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
  const { headers } = request
  const child = spawn(program, {
    env: {
      ...{ PATH: process.env['PATH'] ?? '', GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1' },
      ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_COUNT: '1' },
      ...{ GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' },
      ...{ PATH_INFO: pathname, QUERY_STRING: search.slice(1), REQUEST_METHOD: request.method ?? 'GET' },
      ...{ CONTENT_TYPE: headers['content-type'] ?? '', CONTENT_LENGTH: headers['content-length'] ?? '' },
      ...{ HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '' },
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  request.pipe(child.stdin)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.on('close', () => {
    const all = Buffer.concat(chunks)
    const end = all.indexOf('\r\n\r\n')
    const lines = all.subarray(0, end).toString('latin1').split('\r\n')
    const fields = lines.map((line) => /^([^:]*): (.*)$/.exec(line)?.slice(1) ?? [])
    const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(fields.filter(([name]) => name !== 'Status')))
    response.end(all.subarray(end + 4))
  })
}
