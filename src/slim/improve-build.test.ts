import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuildContext } from '../dockerfile/build-context.ts'
import {
  applyImprovements,
  improveBuild,
  improveIgnoreFile,
  improvementCodes,
  type ImprovementCode,
} from './improve-build.ts'

/** A context of these files. */
function contextOf(files: Readonly<Record<string, string>>): BuildContext {
  return {
    ignoreFile: undefined,
    read: (path) => files[path],
    list(folder) {
      const begin = folder === '' ? '' : `${folder}/`
      const names = Object.keys(files).flatMap((path) => (path.startsWith(begin) ? [path.slice(begin.length)] : []))
      const kinds = new Map(names.map((name) => [name.split('/')[0] ?? '', name.includes('/')]))
      return Array.from(kinds, ([name, isFolder]) => ({ name, kind: isFolder ? 'directory' : 'file' }) as const)
    },
  }
}

function improved(command: string, code: ImprovementCode, files: Readonly<Record<string, string>> = {}): string {
  const begin = 'FROM image AS build\n'
  const text = applyImprovements(`${begin}RUN ${command}\n`, [code], { context: contextOf(files) })
  return text
    .slice(begin.length)
    .replace(/^# .*\n/, '')
    .slice('RUN '.length, -1)
}

describe('go build', () => {
  test('gets CGO_ENABLED=0 unless something says otherwise', () => {
    assert.equal(improved('go build -o /app .', 'static-go'), 'CGO_ENABLED=0 go build -o /app .')
    assert.equal(improved('GOOS=linux go build .', 'static-go'), 'CGO_ENABLED=0 GOOS=linux go build .')
    assert.equal(improved('go mod download && go build .', 'static-go'), 'go mod download && CGO_ENABLED=0 go build .')
    assert.equal(improved('CGO_ENABLED=1 go build .', 'static-go'), 'CGO_ENABLED=1 go build .')
    assert.equal(improved('export CGO_ENABLED=1; go build .', 'static-go'), 'export CGO_ENABLED=1; go build .')
    assert.equal(improved('go build -race .', 'static-go'), 'go build -race .')
  })

  test('is left with cgo where files of the context import C, or use what is C', () => {
    assert.equal(
      improved('go build .', 'static-go', { 'a/b.go': 'package b\n\n// #include <x.h>\nimport "C"\n' }),
      'go build .',
    )
    assert.equal(
      improved('go build .', 'static-go', { 'go.mod': 'require github.com/mattn/go-sqlite3 v1' }),
      'go build .',
    )
    assert.equal(improved('go build .', 'static-go', { 'a.go': 'import "fmt"' }), 'CGO_ENABLED=0 go build .')
  })

  test('leaves symbols out, beside the flags that it has', () => {
    const strip = (command: string): string => improved(command, 'strip-go')
    assert.equal(strip('go build -o /app .'), 'go build -trimpath -ldflags="-s -w" -o /app .')
    assert.equal(strip('go build -ldflags=-s .'), 'go build -trimpath -ldflags="-w -s" .')
    assert.equal(
      strip('go build -ldflags "-X main.version=$V" .'),
      'go build -trimpath -ldflags "-s -w -X main.version=$V" .',
    )
    assert.equal(strip("go build -trimpath -ldflags='-w -s' ."), "go build -trimpath -ldflags='-w -s' .")
    assert.equal(strip('go build -gcflags=all=-N .'), 'go build -gcflags=all=-N .')
    assert.equal(strip('go vet ./...'), 'go vet ./...')
  })
})

test('cargo strips what it builds for release, unless the project says something', () => {
  const set = 'CARGO_PROFILE_RELEASE_STRIP=symbols '
  assert.equal(improved('cargo build --release', 'strip-rust'), `${set}cargo build --release`)
  assert.equal(improved('cargo build', 'strip-rust'), 'cargo build')
  assert.equal(
    improved('cargo build -r', 'strip-rust', { 'Cargo.toml': '[profile.release]\nstrip = false' }),
    'cargo build -r',
  )
})

test('a compiler that links leaves symbols out', () => {
  assert.equal(improved('gcc -O2 -o /app main.c', 'strip-c'), 'gcc -s -O2 -o /app main.c')
  assert.equal(improved('gcc -g -o /app main.c', 'strip-c'), 'gcc -g -o /app main.c')
  assert.equal(improved('gcc -c -o a.o a.c', 'strip-c'), 'gcc -c -o a.o a.c')
})

describe('packages that only development needs', () => {
  const files = { 'package.json': '{"devDependencies": {"typescript": "5"}}' }

  test('are not installed where nothing is built with them', () => {
    assert.equal(improved('npm ci', 'no-development-packages', files), 'npm ci --omit=dev')
  })

  test('go behind the build that needs them', () => {
    const text = 'FROM node\nRUN npm ci\nCOPY . .\nRUN npm run build\nCMD node dist\n'
    const after = applyImprovements(text, ['no-development-packages'], { context: contextOf(files) })
    assert.equal(
      after,
      'FROM node\nRUN npm ci\nCOPY . .\nRUN npm run build\n# Without what only development needs\nRUN npm prune --omit=dev\nCMD node dist\n',
    )
  })

  test('may stay where nothing of them is taken', () => {
    const changesFor = (sources: string): boolean => {
      const stage = 'FROM node AS build\nWORKDIR /app\nRUN npm ci\nCOPY . .\nRUN npm run build\n'
      const text = `${stage}FROM nginx\nCOPY --from=build ${sources} /srv/\n`
      return applyImprovements(text, ['no-development-packages'], { context: contextOf(files) }) !== text
    }
    assert.equal(changesFor('/app/dist'), false)
    assert.equal(changesFor('/app/dist /app/node_modules'), true)
    assert.equal(changesFor('/app'), true)
    assert.equal(changesFor('/app/'), true)
  })
})

test('dependencies come before the source, with a mount for what is downloaded', () => {
  const text = 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "server.js"]\n'
  const context = contextOf({ 'package.json': '{}', 'package-lock.json': '{}', 'server.js': '' })
  const after = applyImprovements(text, ['dependencies-first', 'cache-mounts'], { context })
  assert.equal(
    after,
    'FROM node:22\nWORKDIR /app\n# What dependencies need comes first: a change of the source does not install them again\nCOPY package.json package-lock.json ./\n# With a cache that stays between builds, and out of the image\nRUN --mount=type=cache,target=/root/.npm npm ci\nCOPY . .\nCMD ["node", "server.js"]\n',
  )
})

describe('of any Dockerfile,', () => {
  const text = [
    ...[
      '# A comment',
      'FROM golang:1.25',
      'WORKDIR /src',
      'COPY . .',
      '# Another',
      'RUN go build -o /app .',
      'CMD /app',
    ],
    '',
  ].join('\n')

  test('any of its improvements can be applied without the others, and once', () => {
    const codes = improveBuild(text).map(({ code }) => code)
    assert.deepEqual(codes, ['static-go', 'strip-go', 'dependencies-first', 'cache-mounts'])
    for (let chosen = 0; chosen < 2 ** codes.length; chosen += 1) {
      const some = codes.filter((_, index) => (chosen & (1 << index)) !== 0)
      const after = applyImprovements(text, some)
      assert.equal(applyImprovements(after, some), after)
      assert.equal(after.includes('CGO_ENABLED=0'), some.includes('static-go'))
      assert.ok(after.includes('# A comment') && after.includes('# Another'))
    }
  })

  test('nothing is left to improve when all was applied', () => {
    assert.deepEqual(improveBuild(applyImprovements(text, improvementCodes)), [])
  })
})

describe('an ignore file', () => {
  const files = { '.git/HEAD': '', 'node_modules/a/index.js': '', 'server.js': '', Dockerfile: '' }

  test('is proposed for a context that is copied as a whole', () => {
    const context = contextOf(files)
    assert.equal(
      improveIgnoreFile('FROM node\nCOPY . .\n', { context }),
      '# history\n.git\n# installed by the build\nnode_modules\n# how it is built\nDockerfile\n',
    )
    assert.equal(improveIgnoreFile('FROM node\nCOPY server.js .\n', { context }), undefined)
  })

  test('is left alone where there is one', () => {
    const context = { ...contextOf(files), ignoreFile: { name: '.dockerignore', text: '.git\n' } }
    assert.equal(improveIgnoreFile('FROM node\nCOPY . .\n', { context }), undefined)
  })
})
