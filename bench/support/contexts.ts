import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Corpus } from './corpus.ts'

/** A folder that is built, and how to change one of its files. */
export interface BuildContext {
  readonly folder: string
  change(): Promise<void>
}

/** What someone's first Dockerfile is: two programs, one of which is copied before the other, and two small RUN steps. */
export async function smallApp(folder: string, base: string): Promise<BuildContext> {
  const corpus = new Corpus(1)
  await writeLines(join(folder, 'Dockerfile'), [
    `FROM ${base}`,
    'WORKDIR /app',
    'COPY package.json ./',
    'RUN cat package.json > installed.json',
    'COPY . .',
    'RUN cat src/*.js > bundle.js',
    'ENV PORT=8080',
    'CMD ["cat", "bundle.js"]',
  ])
  await writeLines(join(folder, 'package.json'), ['{ "name": "small", "version": "1.0.0" }'])
  for (let count = 0; count < 20; count += 1) await writeText(join(folder, `src/${count}.js`), corpus.piece(4000))
  return { folder, change: () => appendFile(join(folder, 'src/7.js'), '\n// changed\n') }
}

/** So many files as an app with many packages has, of the sizes that they have there: most are small. */
export async function manyFiles(folder: string, base: string, count: number, sizeBytes: number): Promise<BuildContext> {
  const corpus = new Corpus(2)
  await writeLines(join(folder, 'Dockerfile'), [`FROM ${base}`, 'COPY . /app', 'CMD ["true"]'])
  // Sizes spread evenly over a logarithm, from which the mean follows.
  const [least, most] = [300, 90_000]
  const scale = sizeBytes / count / ((most - least) / Math.log(most / least))
  for (let number = 0; number < count; number += 1) {
    const bytes = Math.round(scale * least * (most / least) ** corpus.fraction())
    await writeText(join(folder, pathOf(number)), corpus.piece(bytes))
  }
  return { folder, change: () => appendFile(join(folder, pathOf(count >> 1)), '\n// changed\n') }
}

function pathOf(number: number): string {
  return `node_modules/package-${Math.floor(number / 100)}/lib/part-${Math.floor(number / 20) % 5}/file-${number}.js`
}

/** One large file, half of it text and half of it such as nothing makes shorter. */
export async function oneFile(folder: string, base: string, sizeBytes: number): Promise<BuildContext> {
  const corpus = new Corpus(3)
  await writeLines(join(folder, 'Dockerfile'), [`FROM ${base}`, 'COPY large /large', 'CMD ["true"]'])
  const path = join(folder, 'large')
  const pieceBytes = 1 << 20
  for (let written = 0; written < sizeBytes; written += 2 * pieceBytes) {
    await appendFile(path, corpus.piece(pieceBytes))
    await appendFile(path, corpus.noise(pieceBytes))
  }
  return { folder, change: () => appendFile(path, 'changed') }
}

/** RUN steps that do next to nothing, so that what a step costs is seen. */
export async function manySteps(folder: string, base: string, count: number): Promise<BuildContext> {
  const steps = Array.from({ length: count }, (_, number) => `RUN echo ${number} > /file-${number}`)
  await writeLines(join(folder, 'Dockerfile'), [`FROM ${base}`, ...steps, 'CMD ["true"]'])
  return { folder, change: () => writeLines(join(folder, 'Dockerfile'), [`FROM ${base}`, 'RUN :', ...steps]) }
}

/** Where distributions keep the authorities that the machine trusts: npm may have to go through a proxy of it. */
const authoritiesFile = '/etc/ssl/certs/ca-certificates.crt'

/** A web server that installs its packages, with npm's cache on the network. */
export async function expressApp(folder: string, base: string): Promise<BuildContext> {
  await writeLines(join(folder, 'Dockerfile'), [
    `FROM ${base}`,
    'WORKDIR /app',
    'COPY authorities.pem /',
    'COPY package.json ./',
    'RUN NODE_EXTRA_CA_CERTS=/authorities.pem npm install --no-audit --no-fund',
    'COPY . .',
    'CMD ["node", "server.js"]',
  ])
  const authorities = await readFile(authoritiesFile).catch(() => Buffer.alloc(0))
  await writeText(join(folder, 'authorities.pem'), authorities)
  await writeLines(join(folder, 'package.json'), ['{ "name": "app", "dependencies": { "express": "5.1.0" } }'])
  const server = join(folder, 'server.js')
  await writeLines(server, ["require('express')().get('/', (_, to) => to.send('hello')).listen(8080)"])
  return { folder, change: () => appendFile(server, '\n// changed\n') }
}

/** A Go server of the standard library alone. With cache mounts, the compiler keeps what it made from one build to the next. */
export async function goServer(folder: string, base: string, withCacheMounts: boolean): Promise<BuildContext> {
  const mount = withCacheMounts ? '--mount=type=cache,target=/root/.cache/go-build ' : ''
  await writeLines(join(folder, 'Dockerfile'), [
    `FROM ${base}`,
    'WORKDIR /src',
    'COPY go.mod ./',
    'COPY . .',
    `RUN ${mount}CGO_ENABLED=0 go build -o /server .`,
    'CMD ["/server"]',
  ])
  await writeLines(join(folder, 'go.mod'), ['module example.org/server', '', 'go 1.19'])
  const main = join(folder, 'main.go')
  await writeLines(main, [
    ...['package main', '', 'import "net/http"', '', 'func main() {'],
    ...['\thttp.Handle("/", http.FileServer(http.Dir(".")))', '\tpanic(http.ListenAndServe(":8080", nil))', '}'],
  ])
  let changes = 0
  return { folder, change: () => appendFile(main, `\nfunc change${(changes += 1)}() {}\n`) }
}

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  await writeText(path, Buffer.from(`${lines.join('\n')}\n`))
}

async function writeText(path: string, content: Uint8Array): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, content)
}
