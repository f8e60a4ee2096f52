import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'
import { baseContainer, baseSandbox } from '../support/base-images.ts'
import { makeServerCertificate } from '../support/certificates.ts'
import type { CommandSandbox } from '../support/command.ts'
import { containerSkipReason, type Container } from '../support/container.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { skipUnlessInstalled } from '../support/engines.ts'
import { startHttpServer } from '../support/http-server.ts'

const execute = promisify(execFile)
const skip = containerSkipReason || skipUnlessInstalled('javac', 'npm', 'pip', 'python3') || (await whyNoMirror())

const expressProgram = `const express = require('express')
const fs = require('node:fs')
let written = 'yes'
try { fs.writeFileSync('/new', '') } catch (error) { written = error.code }
const zone = new Date(0).toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata' })
const app = express()
app.get('/', (_, response) => response.json({ uid: process.getuid(), home: require('node:os').homedir(), written, zone }))
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

const flaskProgram = `import ctypes, datetime, hashlib, os, sqlite3, ssl, sys, zoneinfo
from flask import Flask
from werkzeug.serving import make_server
app = Flask(__name__)
@app.get('/')
def about():
    zone = datetime.datetime.fromtimestamp(0, zoneinfo.ZoneInfo('Asia/Kolkata'))
    authorities = len(ssl.create_default_context().get_ca_certs())
    return {'uid': os.getuid(), 'zone': zone.strftime('%H:%M'), 'trusts': authorities > 100,
            'sqlite': sqlite3.connect(':memory:').execute('select 1').fetchone()}
server = make_server('127.0.0.1', 0, app)
print(server.server_port, flush=True)
server.serve_forever()
`

const javaProgram = `import com.sun.net.httpserver.HttpServer;
import java.net.*;
import java.net.http.*;
import java.time.*;
public class Main {
  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      var request = HttpRequest.newBuilder(URI.create(args[0])).build();
      System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
      return;
    }
    var about = System.getProperty("user.name") + " " + System.getProperty("user.home") + " "
        + Instant.EPOCH.atZone(ZoneId.of("Asia/Kolkata")).toLocalTime();
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, about.length());
      try (var body = exchange.getResponseBody()) { body.write(about.getBytes()); }
    });
    server.start();
    System.out.println(server.getAddress().getPort());
  }
}
`

describe('base images with a runtime', { skip, concurrency: false }, () => {
  let sandbox: CommandSandbox
  let folder: TemporaryDirectory
  before(async () => {
    sandbox = await baseSandbox()
    folder = await temporaryDirectory()
  })
  after(async () => {
    await folder[Symbol.asyncDispose]()
    await sandbox[Symbol.asyncDispose]()
  })
  const application = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
    const path = join(folder.path, name)
    await mkdir(path)
    for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text)
    return path
  }
  const answer = async (container: Container, args: readonly string[], path: string): Promise<string> => {
    await using server = await container.serve(args, { mounts: { '/app': path } })
    return await (await fetch(`http://127.0.0.1:${server.port}/`)).text()
  }

  test('node runs Express as nonroot on a read-only root, with its time zones', async () => {
    const path = await application('express', { 'server.js': expressProgram, 'package.json': '{}' })
    await execute('npm', ['install', '--no-audit', '--no-fund', 'express@5'], { cwd: path })
    await using node = await baseContainer(sandbox, 'node', 'node')
    const expected = { uid: 65_532, home: '/home/nonroot', written: 'EROFS', zone: '05:30:00' }
    assert.deepEqual(JSON.parse(await answer(node, ['node', '/app/server.js'], path)), expected)
    await assert.rejects(node.run(['npm', '--version']), /not found|no such file/)
  })

  test('python runs Flask with the standard library, time zones and authorities', async () => {
    const path = await application('flask', { 'server.py': flaskProgram })
    // Modules in C are fetched as they are made for the image's Python, which is not the machine's.
    const wheels = [
      '--only-binary=:all:',
      '--python-version=3.13',
      '--implementation=cp',
      '--platform=manylinux2014_x86_64',
    ]
    await execute('python3', ['-m', 'pip', 'install', '--quiet', '--target', path, ...wheels, 'flask'])
    await using python = await baseContainer(sandbox, 'python', 'python')
    const expected = { uid: 65_532, zone: '05:30', trusts: true, sqlite: [1] }
    assert.deepEqual(JSON.parse(await answer(python, ['python3', '-B', '/app/server.py'], path)), expected)
    await assert.rejects(python.run(['python3', '-m', 'pip']), /No module named pip/)
  })

  test('java runs an HTTP server, and trusts the authorities that the image trusts', async () => {
    const path = await application('java', { 'Main.java': javaProgram })
    await execute('javac', ['--release', '17', '-d', path, join(path, 'Main.java')])
    const { certificate, key, authority } = await makeServerCertificate(folder.path)
    const file = { path: '/usr/local/share/ca-certificates/own.crt', source: authority.certificate }
    await writeFile(join(folder.path, 'java.yaml'), JSON.stringify({ extends: 'java', files: [file] }))
    await using plain = await baseContainer(sandbox, 'java', 'java')
    await using trusting = await baseContainer(sandbox, 'trusting', join(folder.path, 'java.yaml'))
    assert.equal(await answer(plain, ['java', '-cp', '/app', 'Main'], path), 'nonroot /home/nonroot 05:30')
    const tls = { cert: await readFile(certificate), key: await readFile(key) }
    await using server = await startHttpServer((_, response) => void response.end('hello'), tls)
    const ask = ['java', '-cp', '/app', 'Main', `https://${server.host}/`]
    const options = { mounts: { '/app': path }, network: true }
    assert.equal(await trusting.run(ask, options), 'hello\n')
    await assert.rejects(plain.run(ask, options), /PKIX path building failed/)
  })
})
