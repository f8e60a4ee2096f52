import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { startHttpServer, type TestHttpServer } from './http-server.ts'

export interface MemoryRegistryOptions {
  /** Tags on a page; all on one if it is left out. */
  readonly tagsPerPage?: number
}

/**
 * A registry in memory that does what Debian's docker-registry cannot: it has the referrers API, takes up uploads at any
 * byte, and lists tags in pages. It is as small as its tests need, and trusts them.
 */
export function startMemoryRegistry(options: MemoryRegistryOptions = {}): Promise<TestHttpServer> {
  const state: State = { options, blobs: new Map(), manifests: new Map(), tags: new Map(), uploads: new Map() }
  return startHttpServer((request, response) => {
    handle(state, request, response).catch(() => response.destroy())
  })
}

interface Manifest {
  readonly mediaType: string
  readonly bytes: Buffer
}

/** Everything is kept by repository and digest or name: `app@sha256:…`, `app:1`. */
interface State {
  readonly options: MemoryRegistryOptions
  readonly blobs: Map<string, Buffer>
  readonly manifests: Map<string, Manifest>
  readonly tags: Map<string, string>
  readonly uploads: Map<string, Buffer[]>
}

interface Call {
  readonly state: State
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly repository: string
  readonly rest: string
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const [, repository = '', kind = '', rest = ''] =
    /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs|tags|referrers)\/(.*)$/.exec(url.pathname) ?? []
  const call: Call = { state, request, response, url, repository, rest }
  if (url.pathname === '/v2/') return end(response, 200)
  if (kind === 'manifests') return manifest(call)
  if (kind === 'blobs') return blob(call)
  if (kind === 'blobs/uploads') return upload(call)
  if (kind === 'tags') return tags(call)
  if (kind === 'referrers') return referrers(call)
  return end(response, 404)
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}, body?: Uint8Array): void {
  response.writeHead(status, { 'content-length': String(body?.length ?? 0), ...headers }).end(body)
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

async function manifest({ state, request, response, repository, rest }: Call): Promise<void> {
  const digest = rest.startsWith('sha256:') ? rest : (state.tags.get(`${repository}:${rest}`) ?? '')
  if (request.method === 'PUT') return putManifest({ state, request, response, repository, rest })
  const found = state.manifests.get(`${repository}@${digest}`)
  if (found === undefined) return end(response, 404)
  if (request.method === 'DELETE') {
    if (rest.startsWith('sha256:')) state.manifests.delete(`${repository}@${digest}`)
    else state.tags.delete(`${repository}:${rest}`)
    return end(response, 202)
  }
  const headers = {
    'content-type': found.mediaType,
    'docker-content-digest': digest,
    'content-length': String(found.bytes.length),
  }
  return end(response, 200, headers, request.method === 'HEAD' ? undefined : found.bytes)
}

async function putManifest({ state, request, response, repository, rest }: Omit<Call, 'url'>): Promise<void> {
  const bytes = await buffer(request)
  const digest = digestOf(bytes)
  state.manifests.set(`${repository}@${digest}`, { mediaType: request.headers['content-type'] ?? '', bytes })
  if (!rest.startsWith('sha256:')) state.tags.set(`${repository}:${rest}`, digest)
  const subject = readDocument(bytes).subject?.digest
  const headers = { 'docker-content-digest': digest, ...(subject === undefined ? {} : { 'oci-subject': subject }) }
  return end(response, 201, headers)
}

interface Document {
  readonly subject?: { readonly digest: string }
  readonly artifactType?: string
  readonly annotations?: object
  readonly config?: { readonly mediaType: string }
}

function readDocument(bytes: Buffer): Document {
  const document: Document = JSON.parse(bytes.toString())
  return document
}

function blob({ state, request, response, repository, rest }: Call): void {
  const bytes = state.blobs.get(`${repository}@${rest}`)
  if (bytes === undefined) return end(response, 404)
  const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const range = { 'content-range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` }
  const part = bytes.subarray(first)
  const headers = { 'content-length': String(part.length), ...(first === 0 ? {} : range) }
  return end(response, first === 0 ? 200 : 206, headers, request.method === 'HEAD' ? undefined : part)
}

async function upload({ state, request, response, url, repository, rest }: Call): Promise<void> {
  const location = (id: string): string => `/v2/${repository}/blobs/uploads/${id}?key=a%20b`
  if (request.method === 'POST') {
    const id = `upload-${state.uploads.size}`
    state.uploads.set(id, [])
    return end(response, 202, { location: location(id), range: '0-0' })
  }
  const chunks = state.uploads.get(rest)
  if (chunks === undefined || url.searchParams.get('key') !== 'a b') return end(response, 404)
  const length = (): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const headers = (): Record<string, string> => ({
    location: location(rest),
    range: `0-${Math.max(length() - 1, 0)}`,
  })
  if (request.method === 'GET') return end(response, 204, headers())
  if (request.method === 'DELETE') {
    state.uploads.delete(rest)
    return end(response, 204)
  }
  const start = Number(/^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? 0)
  if (request.method === 'PATCH' && start !== length()) return end(response, 416, headers())
  for await (const chunk of request) chunks.push(chunk)
  if (request.method === 'PATCH') return end(response, 202, headers())
  const bytes = Buffer.concat(chunks)
  const digest = url.searchParams.get('digest') ?? ''
  if (digestOf(bytes) !== digest) return end(response, 400)
  state.blobs.set(`${repository}@${digest}`, bytes)
  state.uploads.delete(rest)
  return end(response, 201, { location: `/v2/${repository}/blobs/${digest}` })
}

function tags({ state, response, url, repository }: Call): void {
  const prefix = `${repository}:`
  const all = [...state.tags.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
  const after = url.searchParams.get('last') ?? ''
  const left = all.sort().filter((tag) => tag > after)
  const page = left.slice(0, state.options.tagsPerPage ?? left.length)
  const next = `/v2/${repository}/tags/list?last=${page.at(-1)}`
  const link = page.length < left.length ? { link: `<${next}>; rel="next"` } : {}
  return end(response, 200, link, Buffer.from(JSON.stringify({ name: repository, tags: page })))
}

function referrers({ state, response, repository, rest }: Call): void {
  const prefix = `${repository}@`
  const manifests = [...state.manifests].flatMap(([key, { mediaType, bytes }]) => {
    const document = readDocument(bytes)
    if (!key.startsWith(prefix) || document.subject?.digest !== rest) return []
    const artifactType = document.artifactType ?? document.config?.mediaType
    const { annotations } = document
    return [{ mediaType, digest: key.slice(prefix.length), size: bytes.length, artifactType, annotations }]
  })
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
  return end(response, 200, { 'content-type': mediaType }, body)
}
