import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'
import { baseContainer, baseSandbox } from '../support/base-images.ts'
import { makeServerCertificate } from '../support/certificates.ts'
import type { CommandSandbox } from '../support/command.ts'
import { containerSkipReason, type Container } from '../support/container.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { output, skipUnlessInstalled } from '../support/engines.ts'
import { startHttpServer } from '../support/http-server.ts'

const execute = promisify(execFile)
const skip = containerSkipReason || skipUnlessInstalled('g++', 'go', 'openssl') || (await whyNoMirror())

/** Says who it is and what time it is elsewhere, asks an address, or serves. */
const goProgram = `package main

import ("fmt"; "net"; "net/http"; "os"; "os/user"; "time")

func check(err error) { if err != nil { fmt.Println(err); os.Exit(1) } }

func main() {
	if len(os.Args) > 1 {
		answer, err := http.Get(os.Args[1])
		check(err)
		fmt.Println(answer.Status)
		return
	}
	me, err := user.Current()
	check(err)
	zone, err := time.LoadLocation("Asia/Kolkata")
	check(err)
	port, err := net.LookupPort("tcp", "https")
	check(err)
	about := fmt.Sprintf("%s %s %s %d", me.Username, me.HomeDir, time.Unix(0, 0).In(zone).Format("15:04 MST"), port)
	check(os.WriteFile(os.TempDir()+"/written", []byte(about), 0o600))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, about) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	check(http.Serve(listener, nil))
}
`

const cppProgram = `#include <iostream>
#include <regex>
#include <stdexcept>
#include <thread>
int main() {
  std::string found;
  std::thread([&] {
    try { throw std::runtime_error("thrown and caught"); }
    catch (const std::exception& e) { found = std::regex_replace(e.what(), std::regex("and"), "or"); }
  }).join();
  std::cout << found << std::endl;
}
`

describe('small base images', { skip, concurrency: false }, () => {
  let sandbox: CommandSandbox
  let folder: TemporaryDirectory
  let plain: Container
  before(async () => {
    sandbox = await baseSandbox()
    folder = await temporaryDirectory()
    await mkdir(join(folder.path, 'app'))
    await writeFile(join(folder.path, 'main.go'), goProgram)
    await writeFile(join(folder.path, 'main.cpp'), cppProgram)
    plain = await baseContainer(sandbox, 'static', 'static')
    const env = { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'off' }
    const go = ['build', '-o', join(folder.path, 'app/go'), join(folder.path, 'main.go')]
    await execute('go', go, { env, cwd: folder.path })
    await execute('g++', ['-O1', '-o', join(folder.path, 'app/cpp'), join(folder.path, 'main.cpp')])
  })
  after(async () => {
    await plain[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
    await sandbox[Symbol.asyncDispose]()
  })
  const mounts = (): Readonly<Record<string, string>> => ({ '/app': join(folder.path, 'app') })

  test('static runs a Go server as nonroot on a read-only root, with users, time zones and ports', async () => {
    await using server = await plain.serve(['/app/go'], { mounts: mounts() })
    const answer = await fetch(`http://127.0.0.1:${server.port}/`)
    assert.equal(await answer.text(), 'nonroot /home/nonroot 05:30 IST 443')
  })

  test('static trusts nobody whom Debian does not trust; an authority of a recipe is trusted', async () => {
    const { certificate, key, authority } = await makeServerCertificate(folder.path)
    const tls = { cert: await readFile(certificate), key: await readFile(key) }
    await using server = await startHttpServer((_, response) => void response.end('hello'), tls)
    const ask = ['/app/go', `https://${server.host}/`]
    await assert.rejects(plain.run(ask, { mounts: mounts(), network: true }), /certificate signed by unknown authority/)
    const recipe = join(folder.path, 'trusting.yaml')
    const file = { path: '/usr/local/share/ca-certificates/own.crt', source: authority.certificate }
    await writeFile(recipe, JSON.stringify({ extends: 'static', files: [file] }))
    await using trusting = await baseContainer(sandbox, 'trusting', recipe)
    assert.equal(await trusting.run(ask, { mounts: mounts(), network: true }), '200 OK\n')
  })

  test('the bundle has each authority of Debian, and the links are those that openssl makes', async () => {
    const certificates = join(plain.root, 'etc/ssl/certs')
    const sources = join(plain.root, 'usr/share/ca-certificates/mozilla')
    const names = (await readdir(sources)).map((name) => join(sources, name))
    assert.ok(names.length > 100)
    const bundle = join(certificates, 'ca-certificates.crt')
    const verified = await output('openssl', ['verify', '-no_check_time', '-CAfile', bundle, ...names])
    assert.equal(verified.match(/: OK$/gm)?.length, names.length)
    const links = async (path: string): Promise<readonly string[]> => {
      const found = (await readdir(path)).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name))
      return await Promise.all(found.toSorted().map(async (name) => `${name} ${await readlink(join(path, name))}`))
    }
    const copy = join(folder.path, 'certs')
    await cp(sources, join(folder.path, 'sources'), { recursive: true })
    await mkdir(copy)
    for (const name of await readdir(certificates)) {
      if (!name.endsWith('.pem')) continue
      await cp(join(sources, name.replace(/\.pem$/, '.crt')), join(copy, name))
    }
    await execute('openssl', ['rehash', copy])
    assert.deepEqual(await links(certificates), await links(copy))
  })

  test('cc runs a program in C++ with threads, exceptions and the locale library', async () => {
    await using cc = await baseContainer(sandbox, 'cc', 'cc')
    assert.equal(await cc.run(['/app/cpp'], { mounts: mounts() }), 'thrown or caught\n')
    await assert.rejects(cc.run(['/bin/sh']), /not found|no such file/)
  })

  test('shell has a shell and the usual small programs', async () => {
    await using shell = await baseContainer(sandbox, 'shell', 'shell')
    const script =
      'id -u; date -u -d @0 +%Y; TZ=America/New_York date -d @0 +%Z; ls / | grep -c .; wget --help 2>&1 | head -1'
    const [uid, year, zone, entries, wget] = (await shell.run(['sh', '-c', script])).split('\n')
    assert.deepEqual([uid, year, zone], ['0', '1970', 'EST'])
    assert.ok(Number(entries) > 10)
    assert.match(wget ?? '', /BusyBox/)
  })
})
