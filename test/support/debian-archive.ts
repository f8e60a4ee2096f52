import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { storedXz } from './stored-xz.ts'
import { tarOf, type TarFile } from './image-files.ts'
import { startHttpServer, type TestHttpServer } from './http-server.ts'
import type { SigningKey } from './debian-signing.ts'

/** The bytes of an ar archive as dpkg writes it. */
export function arOf(members: readonly (readonly [name: string, bytes: Uint8Array])[]): Buffer {
  const parts = members.flatMap(([name, bytes]) => {
    const numbers = `${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}`
    const header = `${name.padEnd(16)}${numbers}${String(bytes.length).padEnd(10)}\`\n`
    return [Buffer.from(header, 'latin1'), bytes, Buffer.alloc(bytes.length % 2, '\n')]
  })
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts])
}

/** What a test's package is made of. */
export interface PackageParts {
  readonly name: string
  readonly version?: string
  /** More of the file `control`, each line with its end. */
  readonly fields?: string
  /** More files of the control part. */
  readonly control?: Readonly<Record<string, string>>
  /** By path, with `./` before it or not. */
  readonly files?: Readonly<Record<string, TarFile>>
}

/** The file `control` of a package. */
export function controlText({ name, version = '1.0-1', fields = '' }: PackageParts): string {
  return `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nMaintainer: Test <test@example.org>\n${fields}`
}

/** A .deb file. */
export async function debOf(parts: PackageParts): Promise<Buffer> {
  const control = Object.entries({ control: controlText(parts), ...parts.control })
  const controlTar = await tarOf(control.map(([name, text]) => [`./${name}`, text] as const))
  const dataTar = await tarOf(Object.entries(parts.files ?? { './usr/share/doc/x': parts.name }))
  return arOf([
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar.gz', gzipSync(controlTar)],
    ['data.tar.xz', storedXz(dataTar)],
  ])
}

/** A package with its file. */
export interface ArchivePackage extends PackageParts {
  readonly deb: Buffer
}

/** A suite of a test's archive. */
export interface SuiteParts {
  readonly suite: string
  readonly key: SigningKey
  readonly packages?: readonly ArchivePackage[]
  readonly date?: Date
  readonly validUntil?: Date
  /** Fields of the Release in place of the usual ones; an empty one is left out. */
  readonly fields?: Readonly<Record<string, string>>
}

/** Files of an archive by their path: `dists/bookworm/InRelease`. */
export type ArchiveFiles = Map<string, Buffer>

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Where an archive has a package's file. */
export function poolPath(name: string): string {
  return `pool/main/${name[0]}/${name}/${name}_1.0-1_amd64.deb`
}

/** Its record in a list of packages. */
export function packageRecord(each: ArchivePackage): string {
  return `${controlText(each)}Filename: ${poolPath(each.name)}\nSize: ${each.deb.length}\nSHA256: ${sha256(each.deb)}\n`
}

/** Puts a suite into an archive: its list of packages, its signed index, and the packages. */
export async function addSuite(files: ArchiveFiles, parts: SuiteParts): Promise<void> {
  const folder = `dists/${parts.suite}`
  const packages = parts.packages ?? []
  for (const each of packages) files.set(poolPath(each.name), each.deb)
  const text = Buffer.from(packages.map((each) => packageRecord(each)).join('\n'))
  const lists: Record<string, Buffer> = {
    'main/binary-amd64/Packages': text,
    'main/binary-amd64/Packages.gz': gzipSync(text),
    'main/binary-amd64/Packages.xz': storedXz(text),
  }
  for (const [path, bytes] of Object.entries(lists)) {
    if (path.endsWith('Packages')) continue
    files.set(`${folder}/${path}`, bytes)
    files.set(`${folder}/main/binary-amd64/by-hash/SHA256/${sha256(bytes)}`, bytes)
  }
  const release = releaseText(parts, lists)
  files.set(`${folder}/InRelease`, Buffer.from(await parts.key.clearSign(release)))
}

/** The Release file of a suite. */
export function releaseText(parts: SuiteParts, lists: Readonly<Record<string, Buffer>>): string {
  const utc = (date: Date): string => date.toUTCString().replace('GMT', 'UTC')
  const table = Object.entries(lists).map(([path, bytes]) => ` ${sha256(bytes)} ${bytes.length} ${path}`)
  const fields: Record<string, string> = {
    Origin: 'Test',
    Suite: 'oldstable',
    Codename: parts.suite,
    Date: utc(parts.date ?? new Date(Date.now() - 3_600_000)),
    'Valid-Until': parts.validUntil === undefined ? '' : utc(parts.validUntil),
    'Acquire-By-Hash': 'yes',
    Architectures: 'amd64 arm64',
    Components: 'main',
    SHA256: `\n${table.join('\n')}`,
    ...parts.fields,
  }
  const lines = Object.entries(fields).filter(([, value]) => value !== '')
  return `${lines.map(([name, value]) => `${name}: ${value}`.replace(': \n', ':\n')).join('\n')}\n`
}

/** A mirror that serves the files as they are when they are asked for, with ranges and entity tags. */
export interface TestMirror extends TestHttpServer {
  /** `GET /debian/dists/… 200`, in the order of their answers. */
  readonly requests: readonly string[]
  /** `http://127.0.0.1:1234/debian`. */
  readonly address: string
}

export async function startMirror(files: ArchiveFiles): Promise<TestMirror> {
  const requests: string[] = []
  const listener: RequestListener = (request, response) => {
    const path = decodeURIComponent((request.url ?? '').replace(/^\/debian(?:-security)?\//, ''))
    const bytes = files.get(path)
    const answer = (status: number, headers: Record<string, string | number>, body?: Buffer): void => {
      requests.push(`${request.method} ${request.url} ${status}`)
      response.writeHead(status, { 'content-length': body?.length ?? 0, ...headers }).end(body)
    }
    if (bytes === undefined) return answer(404, {})
    const etag = `"${sha256(bytes).slice(0, 16)}"`
    if (request.headers['if-none-match'] === etag) return answer(304, { etag })
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start === 0) return answer(200, { etag }, bytes)
    if (start >= bytes.length) return answer(416, {})
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`
    return answer(206, { etag, 'content-range': range }, bytes.subarray(start))
  }
  const server = await startHttpServer(listener)
  return { ...server, requests, address: `http://${server.host}/debian` }
}
