import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { namedLacks, namedPaths } from './named-in-log.ts'

const library = '/usr/lib/python3/site-packages'

/** What was dropped. */
const dropped = [
  ...['/app/data', '/app/data/words.txt', '/app/lib/plugin.js', '/app/config.json', '/app/views/index.html'],
  ...[`${library}/yaml`, `${library}/yaml/__init__.py`, `${library}/six.py`, `${library}/google/auth/jwt.py`],
  ...['/app/node_modules/ms', '/app/node_modules/ms/index.js', '/app/node_modules/@scope/x', '/app/node_modules/msx'],
  ...['/app/classes/org/example/Main.class', '/usr/lib/ruby/3.3.0/json/ext.rb', '/usr/share/perl5/File/Slurp.pm'],
  ...['/usr/lib/libz.so.1', '/usr/lib/libz.so.1.3.1', '/usr/lib/libzstd.so.1', '/usr/bin/curl', '/usr/share/curl'],
]

/** What programs say, and which of it that is. */
const cases: readonly (readonly [said: string, ...paths: readonly string[]])[] = [
  [`ModuleNotFoundError: No module named 'yaml'`, `${library}/yaml`, `${library}/yaml/__init__.py`],
  [`ModuleNotFoundError: No module named 'six'`, `${library}/six.py`],
  [`<p>ModuleNotFoundError("No module named 'six'")</p>`, `${library}/six.py`],
  [
    `ImportError: cannot import name 'jwt' from 'google.auth' (${library}/google/auth/__init__.py)`,
    `${library}/google/auth/jwt.py`,
  ],
  [`FileNotFoundError: [Errno 2] No such file or directory: 'data/words.txt'`, '/app/data/words.txt'],
  [
    `Error: Cannot find module 'ms'\nRequire stack:\n- /app/server.js`,
    '/app/node_modules/ms',
    '/app/node_modules/ms/index.js',
  ],
  [`Error: Cannot find module './lib/plugin'\nRequire stack:\n- /app/server.js`, '/app/lib/plugin.js'],
  [`Cannot find package '@scope/x' imported from /app/main.mjs`, '/app/node_modules/@scope/x'],
  [`Error: ENOENT: no such file or directory, open '/app/config.json'`, '/app/config.json'],
  ['java.lang.NoClassDefFoundError: org/example/Main', '/app/classes/org/example/Main.class'],
  ['Caused by: java.lang.ClassNotFoundException: org.example.Main', '/app/classes/org/example/Main.class'],
  ['cannot load such file -- json/ext (LoadError)', '/usr/lib/ruby/3.3.0/json/ext.rb'],
  [
    `Can't locate File/Slurp.pm in @INC (you may need to install the File::Slurp module)`,
    '/usr/share/perl5/File/Slurp.pm',
  ],
  [
    'app: error while loading shared libraries: libz.so.1: cannot open shared object file: No such file or directory',
    ...['/usr/lib/libz.so.1', '/usr/lib/libz.so.1.3.1'],
  ],
  ['Error loading shared library libzstd.so.1: No such file or directory (needed by /app/x)', '/usr/lib/libzstd.so.1'],
  ['/app/run.sh: 3: curl: not found\nsh: 1: curl: not found', '/usr/bin/curl'],
  ['bash: line 1: curl: command not found', '/usr/bin/curl'],
  ['panic: open views/index.html: no such file or directory', '/app/views/index.html'],
  ['exec: "curl": executable file not found in $PATH', '/usr/bin/curl'],
  [`cat: can't open '/app/config.json': No such file or directory`, '/app/config.json'],
]

describe('what an app says to lack', () => {
  for (const [said, ...paths] of cases) {
    test(`is read of: ${said.split('\n', 1)[0]}`, () => {
      assert.deepEqual(namedPaths(`before\n${said}\nafter\n`, dropped, '/app').toSorted(), paths.toSorted())
    })
  }

  test('is nothing where nobody says so, or where it was not dropped', () => {
    assert.deepEqual(namedPaths('curl is used\nlistening on /app/data\n', dropped, '/app'), [])
    assert.deepEqual(namedPaths(`ModuleNotFoundError: No module named 'numpy'`, dropped, '/app'), [])
    assert.deepEqual(namedLacks(''), [])
  })

  test('is read of the end of what is very long, in little time', () => {
    const long = `${'/a'.repeat(400_000)}\n${`${'/a'.repeat(400)}\n`.repeat(200)}sh: 1: curl: not found\n`
    assert.deepEqual(namedPaths(long, dropped, '/app'), ['/usr/bin/curl'])
  })
})
