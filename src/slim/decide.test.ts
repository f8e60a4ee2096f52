import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { causes, decided, keptLines } from '../../test/support/decided.ts'
import { file, symbolicLink } from '../../test/support/layers.ts'
import { madeElf, type MadeElf } from '../../test/support/made-elf.ts'

const program = { mode: 0o755 }

describe('what a program needs', () => {
  const loader = '/lib64/ld-linux-x86-64.so.2'
  const elf = (parts: MadeElf): Buffer => madeElf({ interpreter: loader, ...parts })
  const system = [
    symbolicLink('lib', 'usr/lib'),
    symbolicLink('lib64', 'usr/lib64'),
    file('usr/lib64/ld-linux-x86-64.so.2', madeElf({ soname: 'ld-linux-x86-64.so.2' }), program),
    file('usr/lib/x86_64-linux-gnu/libz.so.1.3', madeElf({ soname: 'libz.so.1', needed: ['libc.so.6'] })),
    symbolicLink('usr/lib/x86_64-linux-gnu/libz.so.1', 'libz.so.1.3'),
    symbolicLink('usr/lib/x86_64-linux-gnu/libz.so', 'libz.so.1'),
    file('usr/lib/x86_64-linux-gnu/libc.so.6', madeElf({ soname: 'libc.so.6' })),
    file('usr/lib/x86_64-linux-gnu/libplugin.so', madeElf({ soname: 'libplugin.so' })),
    file('usr/lib/x86_64-linux-gnu/libother.so.3', madeElf({ soname: 'libother.so.3' })),
  ]

  test('is its loader, its libraries and theirs, and the links on the way', async () => {
    const base = [...system, file('usr/bin/app', elf({ needed: ['libz.so.1'] }), program)]
    await decided({ base }, { command: ['app'] }, (ledger) => {
      const folder = '/usr/lib/x86_64-linux-gnu'
      assert.deepEqual(keptLines(ledger), [
        '/lib way: leads to /usr/lib/x86_64-linux-gnu/libz.so.1.3',
        '/lib64 way: leads to /usr/lib64/ld-linux-x86-64.so.2',
        '/usr/bin/app executed: starts the app',
        `${folder}/libc.so.6 needed: ${folder}/libz.so.1.3 needs libc.so.6`,
        `${folder}/libz.so way: leads to ${folder}/libz.so.1.3`,
        `${folder}/libz.so.1 way: leads to ${folder}/libz.so.1.3`,
        `${folder}/libz.so.1.3 needed: /usr/bin/app needs libz.so.1`,
        '/usr/lib64/ld-linux-x86-64.so.2 needed: /usr/bin/app is loaded by /lib64/ld-linux-x86-64.so.2',
      ])
    })
  })

  test('is what it may load by a name, if it loads by names', async () => {
    const text = 'libplugin.so'
    const withText = async (names: readonly string[]): Promise<boolean> => {
      const base = [...system, file('usr/bin/app', elf({ names, text }), program)]
      return await decided({ base }, { command: ['app'] }, (ledger) =>
        keptLines(ledger).some((line) => line.includes('libplugin.so needed: /usr/bin/app may load libplugin.so')),
      )
    }
    assert.ok(await withText(['dlopen']))
    assert.ok(!(await withText(['open'])))
  })

  test('is looked for from where it lies', async () => {
    const app = [
      file('opt/app/bin/run', elf({ needed: ['libown.so'], runpath: '$ORIGIN/../lib' }), program),
      file('opt/app/lib/libown.so', madeElf({ soname: 'libown.so' })),
      file('usr/lib/libown.so', madeElf({ soname: 'libown.so' })),
    ]
    await decided({ base: system, app }, { command: ['/opt/app/bin/run'] }, (ledger) => {
      assert.deepEqual(causes(ledger, '/opt/app/lib/libown.so', '/usr/lib/libown.so'), ['needed', 'unused'])
    })
  })

  test('is for a shell that was seen the name that programs call it by', async () => {
    const links = [symbolicLink('usr/bin/sh', 'dash'), symbolicLink('bin', 'usr/bin')]
    const base = [...system, file('usr/bin/dash', elf({}), program), file('usr/bin/app', elf({}), program), ...links]
    await decided({ base }, { command: ['app'], executed: new Set(['/usr/bin/dash']) }, (ledger) => {
      assert.deepEqual(causes(ledger, '/usr/bin/dash', '/usr/bin/sh', '/bin'), ['executed', 'way', 'way'])
    })
    await decided({ base }, { command: ['app'] }, (ledger) => {
      assert.deepEqual(causes(ledger, '/usr/bin/dash', '/bin'), ['shell', 'unused'])
    })
  })

  test('is for a script its interpreter and the programs that it runs', async () => {
    const base = [
      ...system,
      file('usr/bin/dash', elf({ needed: ['libc.so.6'] }), program),
      symbolicLink('usr/bin/sh', 'dash'),
      symbolicLink('bin', 'usr/bin'),
      file('usr/bin/sed', elf({}), program),
      file('usr/bin/awk', elf({}), program),
      file('usr/local/bin/start', '#!/bin/sh\nsed -i s/a/b/ /etc/x\nexec "$@"\n', program),
    ]
    await decided({ base }, { command: ['start'] }, (ledger) => {
      assert.deepEqual(causes(ledger, '/usr/bin/dash', '/usr/bin/sh', '/bin', '/usr/bin/sed', '/usr/bin/awk'), [
        ...['needed', 'way', 'way', 'needed', 'unused'],
      ])
    })
  })

  test('is a link to the folder of what it reads, by which it may find that', async () => {
    const base = [
      ...system,
      file('usr/bin/app', elf({}), program),
      file('usr/lib/app/modules/one', 'x'),
      file('usr/lib/app/other/two', 'x'),
      symbolicLink('usr/share/app/modules', '../../lib/app/modules'),
      symbolicLink('usr/share/app/other', '../../lib/app/other'),
      symbolicLink('libraries', 'usr/lib'),
    ]
    const opened = new Set(['/usr/lib/app/modules/one'])
    await decided({ base }, { command: ['app'], opened }, (ledger) =>
      assert.deepEqual(causes(ledger, '/usr/share/app/modules', '/usr/share/app/other', '/libraries'), [
        ...['way', 'unused', 'unused'],
      ]),
    )
  })

  test('is no shell that only the form of the command started', async () => {
    const base = [...system, file('bin/sh', elf({}), program), file('server', elf({}), program)]
    const seen = { opened: new Set(['/bin/sh', '/server']), executed: new Set(['/bin/sh', '/server']) }
    const config = { Cmd: ['/bin/sh', '-c', '/server'] }
    await decided({ base, config }, { ...seen, command: ['/server'] }, (ledger) =>
      assert.deepEqual(causes(ledger, '/bin/sh', '/server'), ['shell', 'executed']),
    )
    await decided({ base, config }, { ...seen, command: ['/bin/sh', '-c', '/server'] }, (ledger) =>
      assert.deepEqual(causes(ledger, '/bin/sh'), ['executed']),
    )
  })
})

describe('an app', () => {
  test('of a compiled language keeps its data and loses what it was made of', async () => {
    const app = [
      ...['main.go', 'go.mod', 'go.sum', 'Dockerfile', 'README.md', 'main_test.go', '.git/HEAD', 'tools/x.py'].map(
        (path) => file(`src/${path}`, 'x'),
      ),
      ...['templates/a.html', 'static/app.js', 'migrations/1.sql', 'config.yaml', 'docs/a.html', 'run.sh'].map((path) =>
        file(`src/${path}`, 'x'),
      ),
      ...['CACHEDIR.TAG', 'release/server', 'release/data.bin'].map((path) => file(`src/target/${path}`, 'x')),
      file('src/server', madeElf(), program),
    ]
    const config = { WorkingDir: '/src', Cmd: ['./server'] }
    await decided({ app, config }, { command: ['./server'] }, (ledger) => {
      const kept = keptLines(ledger).map((line) => line.replace(/^\/src\/(\S+) (\w+).*/, '$1 $2'))
      assert.deepEqual(kept, [
        '/src app: the working directory',
        ...['config.yaml app', 'migrations/1.sql app', 'server executed', 'static/app.js app', 'templates/a.html app'],
      ])
      const lost = [
        'main.go',
        'go.mod',
        'README.md',
        'main_test.go',
        '.git/HEAD',
        'docs/a.html',
        'run.sh',
        'tools/x.py',
        'target/release/data.bin',
      ]
      assert.deepEqual(causes(ledger, ...lost.map((path) => `/src/${path}`)), [
        ...['source', 'source', 'documentation', 'test', 'source', 'documentation', 'unused', 'source', 'cache'],
      ])
    })
  })

  test('of Node keeps the packages that its code reaches, without their tests, types and maps', async () => {
    const app = [
      file('app/package.json', '{"dependencies":{"a":"1","late":"1","idle":"1"}}'),
      file('app/server.js', "require('a'); require('./lib/x')"),
      file('app/api/late.proto', 'x'),
      file('app/lib/x.js', 'setTimeout(() => import("late"))'),
      file('app/x.test.js', "require('idle')"),
      ...['a', 'late', 'idle', 'b'].map((name) => file(`app/node_modules/${name}/package.json`, `{"name":"${name}"}`)),
      file('app/node_modules/a/index.js', "require('b')"),
      ...['test/t.js', 'index.d.ts', 'index.js.map', 'README.md', 'data.txt'].map((path) =>
        file(`app/node_modules/a/${path}`, 'x'),
      ),
      file('app/node_modules/late/index.js', ''),
      file('app/node_modules/idle/index.js', ''),
    ]
    const counters = ['', 'tmp', 'hsperfdata_root'].join('/')
    const base = [file('usr/bin/node', madeElf(), program), file(`${counters.slice(1)}/7`, 'x')]
    const config = { WorkingDir: '/app', Cmd: ['node', 'server.js'] }
    const opened = new Set(['', '/7'].map((name) => `${counters}${name}`))
    await decided({ base, app, config }, { command: ['node', 'server.js'], opened }, (ledger) => {
      const modules = '/app/node_modules'
      assert.deepEqual(
        keptLines(ledger).filter((line) => /^\/(?:app|tmp)\//.test(line)),
        [
          '/app/api/late.proto app: in /app/api',
          '/app/lib/x.js needed: /app/server.js imports ./lib/x',
          `${modules}/a/data.txt needed: part of a, of which ${modules}/a/package.json is used`,
          `${modules}/a/index.js needed: part of a, of which ${modules}/a/package.json is used`,
          `${modules}/a/package.json needed: /app/server.js imports a`,
          `${modules}/b/package.json needed: ${modules}/a/index.js imports b`,
          `${modules}/late/index.js needed: part of late, of which ${modules}/late/package.json is used`,
          `${modules}/late/package.json needed: /app/lib/x.js imports late`,
          '/app/package.json needed: /app/server.js is of its package',
          '/app/server.js executed: is named by the command',
        ],
      )
      assert.deepEqual(causes(ledger, '/app/x.test.js', `${modules}/idle/index.js`, `${modules}/a/test/t.js`), [
        ...['test', 'unused', 'test'],
      ])
    })
  })

  test('of Node that imports by computed names keeps what its package depends on', async () => {
    const app = [
      file('app/package.json', '{"dependencies":{"a":"1"},"devDependencies":{"b":"1"}}'),
      file('app/server.js', 'require(process.env.PLUGIN)'),
      ...['a', 'b'].map((name) => file(`app/node_modules/${name}/package.json`, '{}')),
    ]
    const base = [file('usr/bin/node', madeElf(), program)]
    const config = { WorkingDir: '/app', Cmd: ['node', 'server.js'] }
    await decided({ base, app, config }, { command: ['node', 'server.js'] }, (ledger) => {
      assert.deepEqual(causes(ledger, '/app/node_modules/a/package.json', '/app/node_modules/b/package.json'), [
        ...['needed', 'unused'],
      ])
    })
  })

  test('of Python keeps the distributions that its code reaches, and the standard library without its tests', async () => {
    const site = 'usr/lib/python3.13/site-packages'
    const base = [
      file('usr/bin/python3.13', madeElf(), program),
      symbolicLink('usr/bin/python3', 'python3.13'),
      ...['os.py', 'json/__init__.py', 'test/test_os.py', 'idlelib/run.py', 'turtle.py'].map((path) =>
        file(`usr/lib/python3.13/${path}`),
      ),
      file('usr/lib/python3.13/curses/__init__.py', 'from _curses import *'),
      file('usr/lib/python3.13/lib-dynload/_curses.cpython-313-x86_64-linux-gnu.so', madeElf()),
      file('usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so', madeElf()),
    ]
    const app = [
      file('app/main.py', 'import web\n\ndef later():\n    import curses\n'),
      file('app/test_main.py', 'import idle'),
      file(`${site}/web/__init__.py`, 'from . import core'),
      file(`${site}/web/core.py`, 'def late():\n    import helper'),
      file(`${site}/web/templates/x.html`),
      file(`${site}/web/tests/x.py`),
      file(`${site}/web/x.pyi`),
      file(
        `${site}/web-1.0.dist-info/RECORD`,
        'web/__init__.py,,\r\nweb/core.py,,\r\nweb/templates/x.html,,\r\nweb/tests/x.py,,\r\nweb/x.pyi,,\r\nweb-1.0.dist-info/METADATA,,\r\n',
      ),
      file(`${site}/web-1.0.dist-info/METADATA`),
      file(`${site}/helper.py`),
      file(`${site}/idle/__init__.py`),
      file(`${site}/idle-1.0.dist-info/RECORD`, 'idle/__init__.py,,\r\nidle-1.0.dist-info/entry_points.txt,,\r\n'),
      file(`${site}/idle-1.0.dist-info/entry_points.txt`),
      file(`${site}/pip/__init__.py`),
    ]
    const config = { WorkingDir: '/app', Cmd: ['python3', 'main.py'] }
    const opened = new Set(['/usr/lib/python3.13/os.py', `/${site}/idle-1.0.dist-info/entry_points.txt`])
    await decided({ base, app, config }, { command: ['python3', 'main.py'], opened }, (ledger) => {
      const library = '/usr/lib/python3.13'
      const kept = [
        'json/__init__.py',
        'curses/__init__.py',
        'lib-dynload/_curses.cpython-313-x86_64-linux-gnu.so',
        'lib-dynload/_json.cpython-313-x86_64-linux-gnu.so',
      ]
      assert.deepEqual(
        causes(ledger, ...kept.map((path) => `${library}/${path}`)),
        kept.map(() => 'needed'),
      )
      assert.deepEqual(
        causes(ledger, ...['test/test_os.py', 'idlelib/run.py', 'turtle.py'].map((path) => `${library}/${path}`)),
        [...['unused', 'unused', 'unused']],
      )
      const installed = ['web/core.py', 'web/templates/x.html', 'web-1.0.dist-info/METADATA', 'helper.py']
      assert.deepEqual(
        causes(ledger, ...installed.map((path) => `/${site}/${path}`)),
        installed.map(() => 'needed'),
      )
      assert.deepEqual(
        causes(
          ledger,
          ...['web/tests/x.py', 'web/x.pyi', 'idle/__init__.py', 'pip/__init__.py'].map((path) => `/${site}/${path}`),
        ),
        [...['test', 'source', 'unused', 'package-manager']],
      )
      assert.deepEqual(causes(ledger, '/app/main.py', '/app/test_main.py'), ['executed', 'test'])
    })
  })
})

test('programs of a virtual environment that was copied stay where something runs them', async () => {
  const site = 'opt/venv/lib/python3.13/site-packages'
  const script = (module: string): string => `#!/opt/venv/bin/python\nfrom ${module} import main\n`
  const base = [file('usr/bin/python3', madeElf(), program), file('usr/lib/python3.13/os.py')]
  const app = [
    symbolicLink('opt/venv/bin/python', '/usr/bin/python3'),
    file('opt/venv/bin/serve', script('web'), program),
    file('opt/venv/bin/pip', script('pip'), program),
    file('opt/venv/pyvenv.cfg', 'home = /usr/bin'),
    file(`${site}/web/__init__.py`),
    file(`${site}/pip/__init__.py`),
  ]
  const config = { WorkingDir: '/app', Cmd: ['/opt/venv/bin/serve'] }
  const executed = new Set(['/opt/venv/bin/serve', '/usr/bin/python3'])
  await decided({ base, app, config }, { command: ['/opt/venv/bin/serve'], executed }, (ledger) => {
    const paths = ['/opt/venv/bin/serve', '/opt/venv/bin/python', `/${site}/web/__init__.py`, '/opt/venv/pyvenv.cfg']
    assert.deepEqual(causes(ledger, ...paths), ['executed', 'way', 'needed', 'app'])
    assert.deepEqual(causes(ledger, '/opt/venv/bin/pip', `/${site}/pip/__init__.py`), ['unused', 'package-manager'])
  })
})
