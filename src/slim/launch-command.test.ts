import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { file, layerOf, symbolicLink, type LayerItem } from '../../test/support/layers.ts'
import { openFileTree } from '../filetree/file-tree.ts'
import type { RunConfig } from '../image/config.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { planLaunches, type PlannedLaunch } from './launch-command.ts'

const job = createJob()
const program = { mode: 0o755 }
const elf = '\u007fELF'
const system = [
  ...['sh', 'node', 'npm', 'npx', 'yarn'].map((name) => file(`usr/bin/${name}`, elf, program)),
  file('app/server.js', 'listen()\n'),
]

async function launches(items: readonly LayerItem[], config: RunConfig): Promise<readonly PlannedLaunch[]> {
  await using cache = await temporaryDirectory()
  await using tree = await openFileTree({ layers: [await layerOf([...system, ...items])] }, cache.path, job)
  return await planLaunches({ WorkingDir: '/app', ...config }, tree, job)
}

/** The most direct way to run a command in a project with these scripts. */
async function direct(
  scripts: Readonly<Record<string, string>>,
  words: readonly string[],
  more: readonly LayerItem[] = [],
): Promise<string> {
  const items = [file('app/package.json', JSON.stringify({ scripts })), ...more]
  const [first] = await launches(items, { Cmd: [...words] })
  assert.ok(first !== undefined)
  const { environment, command, needsShell } = first
  const given = Array.from(environment, ([name, value]) => `${name}=${value} `).join('')
  return `${given}${(command ?? []).join(' ')}${needsShell ? ' (shell)' : ''}`
}

describe('a script of package.json is run without its package manager', () => {
  const start = { start: 'NODE_ENV=production node ./server.js' }
  for (const words of [
    ['npm', 'start'],
    ['npm', '--silent', 'run', 'start'],
    ['yarn', 'start'],
    ['/bin/sh', '-c', 'exec npm start'],
  ]) {
    test(words.join(' '), async () => {
      assert.equal(await direct(start, words), 'NODE_ENV=production node ./server.js')
    })
  }

  test('with the arguments behind --', async () => {
    assert.equal(await direct({ go: 'node a.js' }, ['npm', 'run', 'go', '--', '-p', '1']), 'node a.js -p 1')
  })

  test('through another script', async () => {
    const scripts = { start: 'npm run serve', serve: 'node b.js' }
    assert.equal(await direct(scripts, ['npm', 'start']), 'node b.js')
  })

  test('with a program of a package, by its file', async () => {
    const bin = [
      file('app/node_modules/tool/cli.js', '#!/usr/bin/env node\nrun()\n', program),
      symbolicLink('app/node_modules/.bin/tool', '../tool/cli.js'),
    ]
    assert.equal(await direct({ start: 'tool -x' }, ['npm', 'start'], bin), 'node node_modules/tool/cli.js -x')
    assert.equal(await direct({}, ['npx', 'tool', '-x'], bin), 'node node_modules/tool/cli.js -x')
  })

  test('where there is none, but a server.js', async () => {
    assert.equal(await direct({}, ['npm', 'start']), 'node server.js')
  })
})

describe('a package manager stays', () => {
  const kept = 'npm start'
  test('for hooks', async () => {
    assert.equal(await direct({ start: 'node a.js', prestart: 'node b.js' }, ['npm', 'start']), kept)
  })
  test('for what takes a shell', async () => {
    assert.equal(await direct({ start: 'node a.js && node b.js' }, ['npm', 'start']), kept)
    assert.equal(await direct({ start: 'node a.js > log' }, ['npm', 'start']), kept)
    assert.equal(await direct({ start: 'node a.js $npm_config_x' }, ['npm', 'start']), kept)
  })
  test('for an app that reads its variables', async () => {
    const app = [file('app/lib/v.js', 'exports.v = process.env.npm_package_version\n')]
    assert.equal(await direct({ start: 'node a.js' }, ['npm', 'start'], app), kept)
  })
  test('for options, and settings that change how scripts are run', async () => {
    assert.equal(await direct({ start: 'node a.js' }, ['npm', '--prefix', 'x', 'start']), 'npm --prefix x start')
    const settings = [file('app/.npmrc', 'script-shell=/bin/bash\n')]
    assert.equal(await direct({ start: 'node a.js' }, ['npm', 'start'], settings), kept)
  })
  test('for programs that are scripts of a shell', async () => {
    const bin = [file('app/node_modules/.bin/tool', '#!/bin/sh\nexec node x\n', program)]
    assert.equal(await direct({ start: 'tool' }, ['npm', 'start'], bin), kept)
  })
})

test('the less direct ways follow, the image’s own last', async () => {
  const items = [file('app/package.json', '{"scripts": {"start": "node a.js"}}')]
  const found = await launches(items, { Cmd: ['/bin/sh', '-c', 'npm start'] })
  const commands = found.map(({ command }) => (command ?? []).join(' '))
  assert.deepEqual(commands, ['node a.js', 'npm start', '/bin/sh -c npm start'])
})

describe('an entry point that only runs the command', () => {
  const passing = [
    '#!/bin/sh',
    'set -e',
    'if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then',
    '  set -- node "$@"',
    'fi',
    'exec "$@"',
    '',
  ]
  const config = { Entrypoint: ['entry.sh'], Cmd: ['node', 'server.js'] }
  const entry = (lines: readonly string[]): LayerItem => file('usr/bin/entry.sh', lines.join('\n'), program)

  test('goes', async () => {
    const [first] = await launches([entry(passing)], config)
    assert.deepEqual([first?.entrypoint, first?.command], [undefined, config.Cmd])
  })

  test('stays where it does more, or the command is no program', async () => {
    const [more] = await launches([entry(passing.with(1, 'migrate'))], config)
    assert.deepEqual(more?.entrypoint, config.Entrypoint)
    const [set] = await launches([entry(passing.with(1, 'export A=1'))], config)
    assert.deepEqual(set?.entrypoint, config.Entrypoint)
    const [option] = await launches([entry(passing)], { ...config, Cmd: ['--inspect', 'server.js'] })
    assert.deepEqual(option?.entrypoint, config.Entrypoint)
  })
})
