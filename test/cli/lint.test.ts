import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import { assertGolden } from '../support/golden.ts'

const golden = (name: string): URL => new URL(`golden/lint/${name}.txt`, import.meta.url)

const dockerfile = `FROM debian:trixie-slim
# tools
RUN apt-get update && \\
    apt-get install -y --no-install-recommends curl
USER 1000
EXPOSES 80
CMD ["curl"]
`

const mended = dockerfile.replace('curl\n', 'curl && \\\n    rm -rf /var/lib/apt/lists/*\n')

/** A folder with one Dockerfile, judged by one rule, so that other rules can come and go. */
async function lintSandbox(text = dockerfile): Promise<CommandSandbox> {
  const sandbox = await commandSandbox()
  await writeFile(join(sandbox.path, 'Dockerfile'), text)
  const others = await sandbox.succeed('lint', '--rules', '--format', 'json')
  const names = [...others.matchAll(/"rule": "(\w+)"/g)].flatMap(([, name]) => name ?? [])
  const off = names.filter((name) => name !== 'PackageListsKept').map((name) => `    ${name}: off\n`)
  await writeFile(join(sandbox.path, '.wherry.yaml'), `lint:\n  rules:\n${off.join('')}`)
  return sandbox
}

describe('wherry lint', () => {
  for (const format of ['text', 'json', 'sarif', 'github']) {
    test(`prints findings as ${format}, and its answer is no`, async () => {
      await using sandbox = await lintSandbox()
      const { status, stdout, stderr } = await sandbox.run('lint', '--format', format)
      await assertGolden(stdout.replace(/"semanticVersion": ".*"/, '"semanticVersion": "…"'), golden(format))
      assert.deepEqual([status, stderr], [1, ''])
    })
  }

  test('finds nothing in an exemplary file', async () => {
    await using sandbox = await lintSandbox('FROM scratch\nCOPY app /\nUSER 65532\nENTRYPOINT ["/app"]\n')
    const { status, stdout } = await sandbox.run('lint')
    assert.deepEqual([status, stdout], [0, 'Nothing to say about Dockerfile.\n'])
  })

  test('never prints a secret', async () => {
    await using sandbox = await commandSandbox()
    const text =
      'FROM alpine:3.22\nENV DB_PASSWORD=hunter2 A=b\nRUN curl -u ada:s3cr3tpass https://example.com/a -o /a\n'
    await writeFile(join(sandbox.path, 'Dockerfile'), text)
    for (const format of ['text', 'json', 'sarif', 'github']) {
      const { stdout } = await sandbox.run('lint', '--severity', 'information', '--format', format)
      assert.match(stdout, /SecretsUsedInArgOrEnv/)
      assert.match(stdout, /LiteralSecret/)
      assert.doesNotMatch(stdout, /hunter2|s3cr3tpass/)
    }
  })

  test('reads standard input, files, folders, and several of them', async () => {
    await using sandbox = await lintSandbox()
    await mkdir(join(sandbox.path, 'other'))
    await writeFile(join(sandbox.path, 'other/Containerfile'), dockerfile)
    const fromInput = await sandbox.runWithInput(dockerfile, 'lint', '-')
    assert.match(fromInput.stdout, /^<stdin>:3:5: warning: /)
    const several = await sandbox.run('lint', 'Dockerfile', 'other')
    assert.match(several.stdout, /^other\/Containerfile:3:5: /m)
    assert.match(several.stdout, /2 errors, 2 warnings about 2 files; --fix mends 2\.\n$/)
  })

  test('hides what is below the threshold, and then succeeds', async () => {
    await using sandbox = await lintSandbox(dockerfile.replace('EXPOSES', 'EXPOSE'))
    const { status, stdout } = await sandbox.run('lint', '--severity', 'error')
    assert.deepEqual(
      [status, stdout],
      [0, 'Nothing to say about Dockerfile. 1 finding below the threshold; see --severity.\n'],
    )
    await writeFile(join(sandbox.path, 'strict.yaml'), 'lint: { rules: { PackageListsKept: error } }\n')
    assert.equal((await sandbox.run('lint', '--severity', 'error', '--config', 'strict.yaml')).status, 1)
  })

  test('fails where the file asks for it, whatever the threshold', async () => {
    await using sandbox = await commandSandbox()
    const text = '# check=error=true\nFROM scratch AS Final\nCOPY a /\nUSER 1\nENTRYPOINT ["/a"]\n'
    await writeFile(join(sandbox.path, 'Dockerfile'), text)
    assert.equal((await sandbox.run('lint', '--severity', 'error')).status, 1)
  })

  test('leaves out what comments skip', async () => {
    const text = dockerfile.replace('# tools', '# check=skip=PackageListsKept').replace('EXPOSES', 'EXPOSE')
    await using sandbox = await lintSandbox(text)
    assert.equal((await sandbox.run('lint')).status, 0)
  })
})

describe('wherry lint --fix', () => {
  test('writes the file, keeps its mode, and says what is left', async () => {
    await using sandbox = await lintSandbox()
    const path = join(sandbox.path, 'Dockerfile')
    await chmod(path, 0o640)
    const { status, stdout, stderr } = await sandbox.run('lint', '--fix')
    assert.equal(await readFile(path, 'utf8'), mended)
    assert.equal((await stat(path)).mode & 0o777, 0o640)
    assert.deepEqual([status, stderr], [1, 'mended 1 finding in Dockerfile\n'])
    assert.match(stdout, /unknown-instruction/)
    await sandbox.run('lint', '--fix')
    assert.equal(await readFile(path, 'utf8'), mended)
  })

  test('keeps a link a link', async () => {
    await using sandbox = await lintSandbox()
    await symlink('Dockerfile', join(sandbox.path, 'link'))
    await sandbox.run('lint', '--fix', 'link')
    assert.ok((await stat(join(sandbox.path, 'link'))).isFile())
    assert.equal(await readFile(join(sandbox.path, 'Dockerfile'), 'utf8'), mended)
  })

  test('of standard input writes the text to standard output, and the rest to standard error', async () => {
    await using sandbox = await lintSandbox()
    const { stdout, stderr } = await sandbox.runWithInput(dockerfile, 'lint', '--fix', '-')
    assert.equal(stdout, mended)
    assert.match(stderr, /<stdin>:7:1: error: /)
  })

  test('keeps byte order mark and CRLF', async () => {
    const text = `\ufeff${dockerfile.replaceAll('\n', '\r\n')}`
    await using sandbox = await lintSandbox(text)
    await sandbox.run('lint', '--fix')
    const expected = `\ufeff${mended.replaceAll('\n', '\r\n')}`
    assert.equal(await readFile(join(sandbox.path, 'Dockerfile'), 'utf8'), expected)
  })

  test('does not touch a file that is no UTF-8', async () => {
    await using sandbox = await lintSandbox()
    const bytes = Buffer.concat([Buffer.from('# caf'), Buffer.from([0xe9]), Buffer.from(`\n${dockerfile}`)])
    const path = join(sandbox.path, 'Dockerfile')
    await writeFile(path, bytes)
    const { status, stderr } = await sandbox.run('lint', '--fix')
    assert.deepEqual([status, (await readFile(path)).equals(bytes)], [2, true])
    assert.match(stderr, /bytes that are no UTF-8/)
  })

  test('with --diff shows a patch and changes nothing', async () => {
    await using sandbox = await lintSandbox()
    const { stdout } = await sandbox.run('lint', '--diff')
    await assertGolden(stdout, golden('diff'))
    assert.equal(await readFile(join(sandbox.path, 'Dockerfile'), 'utf8'), dockerfile)
  })
})

describe('the build context', () => {
  const text = 'FROM debian:trixie-slim\nCOPY package.json server.js /app/\nUSER 1\nCMD ["/app/server.js"]\n'

  test('of a Dockerfile in a folder of its own is the folder above that has what it copies', async () => {
    await using sandbox = await commandSandbox()
    await mkdir(join(sandbox.path, 'docker'))
    await writeFile(join(sandbox.path, 'docker/Dockerfile'), text)
    await writeFile(join(sandbox.path, 'package.json'), '{}')
    const { stdout } = await sandbox.run('lint', 'docker/Dockerfile')
    assert.match(stdout, /server\.js/)
    assert.doesNotMatch(stdout, /error: .*package\.json/)
  })

  test('is what --context says', async () => {
    await using sandbox = await commandSandbox()
    await writeFile(join(sandbox.path, 'Dockerfile'), text)
    await mkdir(join(sandbox.path, 'app'))
    await writeFile(join(sandbox.path, 'app/package.json'), '{}')
    await writeFile(join(sandbox.path, 'app/server.js'), '')
    const { stdout } = await sandbox.run('lint', '--context', 'app')
    assert.doesNotMatch(stdout, /CopySourceMissing/)
  })
})

describe('bad input', () => {
  const cases: readonly (readonly [name: string, content: string | Buffer, message: RegExp])[] = [
    ['an empty file', '', /error: the Dockerfile is empty/],
    ['only comments', '# nothing\n', /error: the Dockerfile has no instruction/],
    ['no FROM', 'RUN a\n', /error: the Dockerfile has no FROM/],
    ['a binary file', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 0xff, 0xfe]), /error: the file has /],
    ['10 MB in one line', `FROM a\nRUN ${'x'.repeat(10_000_000)}\n`, /Dockerfile:2:1: error: the line is longer/],
    ['a here-document without end', 'FROM a\nRUN <<EOF\necho\n', /unterminated-heredoc/],
    ['JSON without end', 'FROM a\nSHELL ["/bin/sh"\n', /bad-json/],
  ]
  for (const [name, content, message] of cases) {
    test(`${name} is told with a place`, async () => {
      await using sandbox = await commandSandbox()
      await writeFile(join(sandbox.path, 'Dockerfile'), content)
      const { status, stdout, stderr } = await sandbox.run('lint')
      assert.deepEqual([status, stderr], [1, ''])
      assert.match(stdout, message)
    })
  }

  test('no file, no folder and no stage are wrong usage', async () => {
    await using sandbox = await commandSandbox()
    for (const words of [
      [],
      ['no-such-file'],
      ['.'],
      ['--context', 'nowhere', '-'],
      ['--build-arg', '=x', '-'],
      ['-', '-'],
    ]) {
      const { status, stdout } = await sandbox.run('lint', ...words)
      assert.deepEqual([status, stdout], [2, ''], words.join(' '))
    }
  })
})
