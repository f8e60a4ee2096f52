/**
 * Apps of which something is taken away that the rules would have kept: the proof has to notice, and to give it back. Without the repair,
 * each of these is not proved.
 */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { array, boolean, looseObject, string } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import { appBaseName, appSandbox, makeAppBase } from '../support/app-bases.ts'
import { buildSandbox, buildSandboxSkipReason } from '../support/build-sandbox.ts'
import { makeServerCertificate } from '../support/certificates.ts'
import type { CommandSandbox } from '../support/command.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

const proofSchema = looseObject({
  isProved: boolean(),
  differences: array(looseObject({})),
  repairs: array(looseObject({ paths: array(string()), foundBy: string() })),
})

/** Files by their paths, below a folder. */
type Files = Readonly<Record<string, string>>

function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

function wordsOf(proof: string, drop: readonly string[]): readonly string[] {
  return ['--measure', 'none', '--proof', proof, ...drop.flatMap((pattern) => ['--drop', pattern])]
}

/** It is proved, and these came back, found in this way. */
function assertRepaired(proof: string, paths: readonly string[], foundBy: string, said: string): void {
  const { isProved, differences, repairs } = parseJson(readFileSync(proof), proofSchema, 'the proof')
  assert.ok(isProved, said)
  assert.deepEqual(differences, [])
  for (const path of paths) {
    const repair = repairs.find((each) => each.paths.includes(path))
    assert.equal(repair?.foundBy, foundBy, `${path}: ${JSON.stringify(repairs)}`)
  }
}

const skip = buildSandboxSkipReason || skipUnlessInstalled('strace')

describe('what a shell script lost is noticed and given back:', { skip, concurrency: 2 }, () => {
  const cases = [
    {
      name: 'a helper that it forks, by a name in a variable',
      script: 'helper=/opt/bin/tide; "$helper" Bremen',
      files: { 'opt/bin/tide': '#!/bin/sh\necho "high tide at $1"\n' },
      drop: '/opt/bin/**',
      path: '/opt/bin/tide',
      foundBy: 'failed look-ups',
    },
    {
      // Nothing is looked for and not found: only halves can tell.
      name: 'one of the files that happen to lie in a folder',
      script: 'cd /opt/words && cat *',
      files: { 'opt/words/a': 'bow\n', 'opt/words/b': 'stern\n', 'opt/words/c': 'keel\n' },
      drop: '/opt/words/b',
      path: '/opt/words/b',
      foundBy: 'bisection',
    },
  ]
  for (const { name, script, files, drop, path, foundBy } of cases) {
    test(name, async () => {
      await using sandbox = await buildSandbox()
      const cgi = `#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n${script}\n`
      writeFiles(sandbox.context, {
        ...files,
        'www/index.html': '<a href="/cgi-bin/work">work</a>\n',
        'www/cgi-bin/work': cgi,
        Dockerfile: [
          'FROM base:1',
          'COPY www /site/www',
          'COPY opt /opt',
          'RUN chmod -R a+rx /site /opt',
          'EXPOSE 8080',
          'CMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/site/www"]',
        ].join('\n'),
      })
      const proof = join(sandbox.path, 'proof.json')
      const { status, said } = await sandbox.run('slim', ...wordsOf(proof, [drop]), sandbox.context)
      assert.equal(status, 0, said)
      assertRepaired(proof, [path], foundBy, said)
    })
  }
})

/** A server whose answer to `/work` is what `work()` of a module gives: that is imported when it is first asked for. */
const server = `
import http.server, sys
sys.dont_write_bytecode = True

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, text = 200, '<a href="/work">work</a>'
        try:
            if self.path == '/work':
                text = __import__('work').work()
        except Exception as error:
            status, text = 500, repr(error)
        self.send_response(status)
        self.send_header('Content-Type', 'text/html; charset=utf-8')
        self.end_headers()
        self.wfile.write(text.encode())

http.server.ThreadingHTTPServer(('', 8080), Handler).serve_forever()
`

/** The server asks another one over HTTPS, which is itself, and trusts whom the system trusts. */
const httpsClient = `
import http.server, ssl, threading, urllib.request

class Secret(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'said in secret')

def work():
    listening = http.server.HTTPServer(('127.0.0.1', 0), Secret)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain('server.crt', 'server.key')
    listening.socket = own.wrap_socket(listening.socket, server_side=True)
    threading.Thread(target=listening.handle_request).start()
    trusting = ssl.create_default_context()
    # Not every openssl writes all that newer ones like to see in a certificate.
    trusting.verify_flags &= ~ssl.VERIFY_X509_STRICT
    address = 'https://127.0.0.1:%d/' % listening.server_port
    return urllib.request.urlopen(address, context=trusting).read().decode()
`

interface PythonCase {
  readonly name: string
  readonly files: Files
  /** Of the Dockerfile, behind those that copy the app. */
  readonly lines?: readonly string[]
  readonly drop: readonly string[]
  readonly paths: readonly string[]
  readonly foundBy: 'failed look-ups' | 'log' | 'bisection'
}

const pythonCases: readonly PythonCase[] = [
  {
    name: 'a module that only its second request loads',
    files: { 'work.py': "work = lambda: 'loaded late'\n" },
    drop: ['/app/work.py'],
    paths: ['/app/work.py'],
    // Python looks into folders: it does not ask for a file that is not there, and says what it lacks.
    foundBy: 'log',
  },
  {
    name: 'what the C library loads to resolve a name',
    files: { 'work.py': "import socket\nwork = lambda: socket.gethostbyname('boat.localhost')\n" },
    lines: ["RUN sed -i 's/^hosts:.*/hosts: files myhostname/' /etc/nsswitch.conf"],
    drop: ['/usr/lib/*-linux-gnu/libnss_*', '/etc/nsswitch.conf'],
    paths: ['/etc/nsswitch.conf'],
    foundBy: 'failed look-ups',
  },
  {
    name: 'the locale that it writes dates in',
    files: {
      'work.py': [
        'import locale, time',
        'def work():',
        "    locale.setlocale(locale.LC_TIME, 'de_DE.UTF-8')",
        "    return time.strftime('%A, %d. %B', time.gmtime(0))",
      ].join('\n'),
    },
    lines: ['RUN localedef --no-archive -i de_DE -f UTF-8 /usr/lib/locale/de_DE.utf8'],
    drop: ['/usr/lib/locale/**'],
    paths: ['/usr/lib/locale/de_DE.utf8/LC_TIME'],
    foundBy: 'failed look-ups',
  },
  {
    name: 'the certificates by which it trusts another server',
    files: { 'work.py': httpsClient },
    lines: ['RUN cat authority.crt >> /etc/ssl/certs/ca-certificates.crt && chmod a+r server.key'],
    drop: ['/etc/ssl/**', '/usr/lib/ssl/**', '/usr/share/ca-certificates/**'],
    paths: ['/etc/ssl/certs/ca-certificates.crt'],
    foundBy: 'failed look-ups',
  },
]

const pythonSkip = skip || skipUnlessInstalled('openssl') || (await whyNoMirror())

describe('what a Python server lost is noticed and given back:', { skip: pythonSkip, concurrency: 2 }, () => {
  const packages = ['python3', 'ca-certificates', 'libnss-myhostname', 'locales']
  let sandbox: CommandSandbox
  let store: string
  let certificates: Files
  before(async () => {
    ;({ sandbox, store } = await appSandbox())
    await makeAppBase(sandbox, store, 'debian', packages)
    const { certificate, key, authority } = await makeServerCertificate(sandbox.path)
    certificates = {
      'server.crt': readFileSync(certificate, 'utf8'),
      'server.key': readFileSync(key, 'utf8'),
      'authority.crt': readFileSync(authority.certificate, 'utf8'),
    }
  })
  after(() => sandbox[Symbol.asyncDispose]())

  for (const [index, { name, files, lines = [], drop, paths, foundBy }] of pythonCases.entries()) {
    test(name, async () => {
      const context = join(sandbox.path, `case-${index}`)
      writeFiles(context, {
        ...files,
        ...certificates,
        'app.py': server,
        Dockerfile: [
          `FROM ${appBaseName('debian', packages)}`,
          'WORKDIR /app',
          'COPY . .',
          ...lines,
          'EXPOSE 8080',
          'CMD ["python3", "app.py"]',
        ].join('\n'),
      })
      const proof = join(sandbox.path, `proof-${index}.json`)
      const { status, stderr } = await sandbox.run('--store', store, 'slim', ...wordsOf(proof, drop), context)
      assert.equal(status, 0, stderr.slice(-4000))
      assertRepaired(proof, paths, foundBy, stderr)
    })
  }
})

/** Answers `/work` with what a file says that is loaded when it is first asked for, by a computed name. */
const rubyServer = `
require 'socket'

server = TCPServer.new('0.0.0.0', 8080)
loop do
  client = server.accept
  path = client.gets.to_s.split[1].to_s
  nil until client.gets.to_s.strip.empty?
  status, text = 200, '<a href="/work">work</a>'
  begin
    if path == '/work'
      require_relative "parts/#{path.delete('/')}"
      text = work
    end
  rescue LoadError => error
    status, text = 500, error.class.name
  end
  client.write("HTTP/1.1 #{status} X\\r\\nContent-Type: text/html\\r\\nContent-Length: #{text.bytesize}\\r\\nConnection: close\\r\\n\\r\\n#{text}")
  client.close
end
`

/** The same, by a class that is loaded when it is first used. */
const phpServer = `<?php
spl_autoload_register(static function (string $class): void {
    @include __DIR__ . "/src/$class.php";
});
if ($_SERVER['REQUEST_URI'] !== '/work') {
    echo '<a href="/work">work</a>';
} elseif (class_exists('Work')) {
    echo (new Work())->text();
} else {
    http_response_code(500);
}
`

const scriptCases = [
  {
    name: 'a file of Ruby that only the second request requires',
    recipe: 'ruby-build',
    files: { 'app.rb': rubyServer, 'parts/work.rb': "def work = 'loaded late'\n" },
    command: ['ruby', 'app.rb'],
    path: '/app/parts/work.rb',
  },
  {
    name: 'a class of PHP that only the second request loads',
    recipe: 'php-build',
    files: {
      'index.php': phpServer,
      'src/Work.php':
        "<?php\nclass Work\n{\n    public function text()\n    {\n        return 'loaded late';\n    }\n}\n",
    },
    command: ['php', '-S', '0.0.0.0:8080', 'index.php'],
    path: '/app/src/Work.php',
  },
] as const

describe('what another server lost is noticed and given back:', { skip: skip || (await whyNoMirror()) }, () => {
  let sandbox: CommandSandbox
  let store: string
  before(async () => {
    ;({ sandbox, store } = await appSandbox())
  })
  after(() => sandbox[Symbol.asyncDispose]())

  for (const { name, recipe, files, command, path } of scriptCases) {
    test(name, async () => {
      await makeAppBase(sandbox, store, recipe)
      const context = join(sandbox.path, recipe)
      const lines = ['WORKDIR /app', 'COPY . .', 'EXPOSE 8080', `CMD ${JSON.stringify(command)}`]
      writeFiles(context, { ...files, Dockerfile: [`FROM ${appBaseName(recipe)}`, ...lines].join('\n') })
      const proof = join(sandbox.path, `${recipe}.json`)
      const { status, stderr } = await sandbox.run('--store', store, 'slim', ...wordsOf(proof, [path]), context)
      assert.equal(status, 0, stderr.slice(-4000))
      assertRepaired(proof, [path], 'failed look-ups', stderr)
    })
  }
})
