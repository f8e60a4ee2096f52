import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import { tarOf } from '../support/image-files.ts'
import { file } from '../support/layers.ts'
import { writeLayout } from '../support/oci-layout.ts'

type Files = Readonly<Record<string, string>>

/** A sandbox with files in its folder `app`. None of what is built here runs anything. */
async function sandboxWith(files: Files, settings: Readonly<Record<string, string>> = {}): Promise<CommandSandbox> {
  const sandbox = await commandSandbox(settings)
  for (const [name, text] of Object.entries(files)) {
    const path = join(sandbox.path, 'app', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  return sandbox
}

const plain: Files = { Dockerfile: 'FROM scratch\nCOPY a.txt /\nCMD ["/a.txt"]\n', 'a.txt': 'hello\n' }

/** The paths of the files of what is built. */
async function builtFiles(sandbox: CommandSandbox, ...words: readonly string[]): Promise<readonly string[]> {
  const { status, stderr } = await sandbox.run('build', '-o', 'out', ...words)
  assert.equal(status, 0, stderr)
  const { stdout } = await promisify(execFile)('find', ['out', '-type', 'f', '-printf', '%P\n'], { cwd: sandbox.path })
  return stdout.trim().split('\n').toSorted()
}

describe('build', () => {
  test('puts an image into the store, and takes the steps from the cache the second time', async () => {
    await using sandbox = await sandboxWith(plain)
    const words = ['build', '--tag', 'app:1', '-t', 'app:2', '--progress', 'plain', 'app']
    const first = await sandbox.run(...words)
    assert.equal(first.status, 0, first.stderr)
    assert.equal(first.stdout, '')
    assert.match(first.stderr, /^#1 \[stage-0 2\/2\] COPY a\.txt \/\n#1 DONE \d+\.\ds\n\n/)
    const second = await sandbox.run(...words)
    assert.match(
      second.stderr,
      /^#1 \[stage-0 2\/2\] COPY a\.txt \/\n#1 CACHED\n\nbuilt app:1, app:2: sha256:[0-9a-f]{64}\n$/,
    )
    assert.equal(/built.*/.exec(first.stderr)?.[0], /built.*/.exec(second.stderr)?.[0])
    assert.match((await sandbox.run(...words, '--no-cache')).stderr, /#1 DONE/)
    assert.match(await sandbox.succeed('images', '--quiet'), /^\w+\n$/)
  })

  test('prints the ID with --quiet, and writes it and what else is asked for to files', async () => {
    await using sandbox = await sandboxWith(plain)
    const { status, stdout, stderr } = await sandbox.run(
      ...['build', '-q', '-t', 'app', '--iidfile', 'id', '--metadata-file', 'meta.json', 'app'],
    )
    assert.equal(status, 0, stderr)
    assert.equal(stderr, '')
    assert.match(stdout, /^sha256:[0-9a-f]{64}\n$/)
    assert.equal(await readFile(join(sandbox.path, 'id'), 'utf8'), stdout.trim())
    const metadata = await readFile(join(sandbox.path, 'meta.json'), 'utf8')
    assert.ok(metadata.includes(`"containerimage.config.digest": "${stdout.trim()}"`), metadata)
    assert.match(metadata, /"image\.name": "docker\.io\/library\/app:latest"/)
  })

  test('takes arguments, labels and platforms from the line', async () => {
    const dockerfile = 'FROM scratch\nARG A\nARG B\nARG TARGETARCH\nENV values=$A-$B-$TARGETARCH\nLABEL a=1\n'
    await using sandbox = await sandboxWith({ Dockerfile: dockerfile }, { B: 'environment' })
    const words = ['--build-arg', 'A=line', '--build-arg', 'B', '--build-arg', 'C', '--label', 'b=2', '--label', 'c']
    await sandbox.succeed('build', '-t', 'app', ...words, '--platform', 'linux/arm64', 'app')
    const shown = await sandbox.succeed('inspect', '--format', 'json', 'app')
    assert.match(shown, /values=line-environment-arm64/)
    assert.match(shown, /"a": "1",\s*"b": "2",\s*"c": ""/)
  })

  test('builds the target and what it needs, and nothing else', async () => {
    const dockerfile = 'FROM scratch AS one\nCOPY a.txt /one\nFROM scratch AS two\nCOPY missing /two\n'
    await using sandbox = await sandboxWith({ ...plain, Dockerfile: dockerfile })
    assert.deepEqual(await builtFiles(sandbox, '--target', 'ONE', 'app'), ['one'])
  })
})

describe('the Dockerfile of a build', () => {
  const copyAll = 'FROM scratch\nCOPY . /\n'

  test('is the one that is named, wherever it lies, or that of the context', async () => {
    await using sandbox = await sandboxWith({ 'a.txt': '', 'docker/other': 'FROM scratch\nCOPY a.txt /b.txt\n' })
    assert.deepEqual(await builtFiles(sandbox, '-f', 'app/docker/other', 'app'), ['b.txt'])
    await using lower = await sandboxWith({ 'a.txt': '', dockerfile: 'FROM scratch\nCOPY a.txt /c.txt\n' })
    assert.deepEqual(await builtFiles(lower, 'app'), ['c.txt'])
  })

  test('has an ignore file of its own that counts before that of the context', async () => {
    const files = { Dockerfile: copyAll, 'other.Dockerfile': copyAll, 'a.txt': '', 'b.txt': '' }
    const ignores = { '.dockerignore': 'a.txt\n*ockerfile\n.dockerignore\n*.dockerignore\n' }
    await using sandbox = await sandboxWith({ ...files, ...ignores, 'other.Dockerfile.dockerignore': '*\n!a.txt\n' })
    assert.deepEqual(await builtFiles(sandbox, 'app'), ['b.txt'])
    await using other = await sandboxWith({ ...files, ...ignores, 'other.Dockerfile.dockerignore': '*\n!a.txt\n' })
    assert.deepEqual(await builtFiles(other, '-f', 'app/other.Dockerfile', 'app'), ['a.txt'])
  })

  test('comes from standard input, with a context or without', async () => {
    await using sandbox = await sandboxWith({ 'a.txt': '' })
    const { status, stderr } = await sandbox.runWithInput('FROM scratch\nCOPY a.txt /', 'build', '-f', '-', 'app')
    assert.equal(status, 0, stderr)
    const alone = await sandbox.runWithInput('FROM scratch\nENV a=b\n', 'build', '-q', '-')
    assert.equal(alone.status, 0, alone.stderr)
    const copying = await sandbox.runWithInput('FROM scratch\nCOPY a.txt /\n', 'build', '-')
    assert.equal(copying.status, 1)
    assert.match(copying.stderr, /a\.txt is not in the build context, for there is none\n<stdin>:2:1:/)
  })

  test('lies in an archive, and so does its ignore file', async () => {
    await using sandbox = await commandSandbox()
    const tar = await tarOf([
      ['docker/other', copyAll],
      ['docker/other.dockerignore', 'docker\nb.txt'],
      ['a.txt', 'a'],
      ['b.txt', 'b'],
    ])
    const { status, stderr } = await sandbox.runWithInput(tar, 'build', '-f', 'docker/other', '-o', 'out', '-')
    assert.equal(status, 0, stderr)
    assert.equal(await readFile(join(sandbox.path, 'out/a.txt'), 'utf8'), 'a')
    await writeFile(join(sandbox.path, 'context.tar'), tar)
    assert.deepEqual(await builtFiles(sandbox, '-f', 'docker/other', 'context.tar'), ['a.txt'])
    const missing = await sandbox.run('build', '-f', 'docker', 'context.tar')
    assert.equal(missing.status, 2)
    assert.match(missing.stderr, /the build context has no docker/)
  })
})

describe('the date of a build', () => {
  const created = async (sandbox: CommandSandbox, ...words: readonly string[]): Promise<string | undefined> => {
    await sandbox.succeed('build', '-t', 'app', ...words, 'app')
    return /"created": ?"([^"]*)"/.exec(await sandbox.succeed('inspect', '--format', 'json', 'app'))?.[1]
  }

  test('is SOURCE_DATE_EPOCH, of the environment or an argument', async () => {
    await using sandbox = await sandboxWith(plain, { SOURCE_DATE_EPOCH: '1000000000' })
    assert.match((await created(sandbox)) ?? '', /^2001-09-09T01:46:40/)
    assert.match((await created(sandbox, '--build-arg', 'SOURCE_DATE_EPOCH=0')) ?? '', /^1970-01-01T00:00:00/)
    const wrong = await sandbox.run('build', '--build-arg', 'SOURCE_DATE_EPOCH=yesterday', 'app')
    assert.equal(wrong.status, 2)
    assert.match(wrong.stderr, /SOURCE_DATE_EPOCH "yesterday" is no date/)
  })

  test('is that of the last commit, or else of the newest file', async () => {
    await using sandbox = await sandboxWith(plain)
    for (const name of Object.keys(plain)) await utimes(join(sandbox.path, 'app', name), 1_111_111_111, 1_111_111_111)
    assert.match((await created(sandbox)) ?? '', /^2005-03-18T01:58:31/)
    const git = async (...words: readonly string[]): Promise<unknown> =>
      promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
        cwd: join(sandbox.path, 'app'),
        env: { ...sandbox.environment, GIT_COMMITTER_DATE: '@1222222222 +0000' },
      })
    await git('init', '--quiet')
    await git('add', '.')
    await git('commit', '--quiet', '-m', 'first')
    assert.match((await created(sandbox)) ?? '', /^2008-09-24T02:10:22/)
  })
})

describe('names of a build', () => {
  test('stand for folders, images and layouts', async () => {
    const dockerfile =
      'FROM docker.io/library/BASE\nCOPY --from=files a.txt /from-files\nCOPY --from=layout /x /from-layout\n'
    await using sandbox = await sandboxWith({ ...plain, 'named.Dockerfile': dockerfile.replace('BASE', 'base:latest') })
    await sandbox.succeed('build', '-t', 'real:1', 'app')
    await writeLayout(join(sandbox.path, 'images'), '3', [[file('x', 'x')]])
    const contexts = ['base=docker-image://real:1', 'files=app', 'layout=oci-layout://images:3']
    const words = contexts.flatMap((each) => ['--build-context', each])
    assert.deepEqual(await builtFiles(sandbox, '-f', 'app/named.Dockerfile', ...words, 'app'), [
      'a.txt',
      'from-files',
      'from-layout',
    ])
  })

  test('that nothing has are told with their place and the name that was perhaps meant', async () => {
    const dockerfile = 'FROM scratch AS build\nCOPY a.txt /\nFROM scratch\nCOPY --from=localhost:1/biuld /a.txt /\n'
    await using sandbox = await sandboxWith({ ...plain, Dockerfile: dockerfile })
    const { status, stderr } = await sandbox.run('build', '--tls-verify=false', 'app')
    assert.equal(status, 3)
    assert.match(stderr, /the image localhost:1\/biuld:latest cannot be had: the store does not have it; localhost:1: /)
    assert.match(stderr, /app\/Dockerfile:4:13:\n4 \| COPY --from=localhost:1\/biuld \/a\.txt \/\n {2}\| {13}\^+\n/)
    const near = await sandbox.run('build', '--target', 'biuld', 'app')
    assert.equal(near.status, 2)
    assert.match(near.stderr, /there is no stage "biuld" to build[^]*hint: Did you mean "?build/)
  })
})

describe('what goes wrong in a build', () => {
  const cases: readonly (readonly [words: readonly string[], message: RegExp])[] = [
    [['--network', 'hots'], /--network hots: there is no such network\nhint: Did you mean host\?/],
    [['--output', 'type=ocii'], /Did you mean oci\?/],
    [['--push'], /the image has no name to push it by\nhint: Give it one with --tag/],
    [['--call', 'chekc'], /Did you mean check\?/],
    [['--file', 'app'], /--file app is a folder\nhint: Did you mean app\/Dockerfile\?/],
    [['--file', 'app/Dockerfil'], /there is no Dockerfile "app\/Dockerfil"\nhint: Did you mean app\/Dockerfile\?/],
    [['--targt', 'x'], /Did you mean --target\?/],
  ]
  test('is told with what to do when it is the line, and the status is 2', async () => {
    await using sandbox = await sandboxWith(plain)
    for (const [words, message] of cases) {
      const { status, stderr, stdout } = await sandbox.run('build', ...words, 'app')
      assert.match(stderr, message)
      assert.deepEqual([words, status, stdout], [words, 2, ''])
    }
  })

  test('is told with line and caret when it is the Dockerfile', async () => {
    const dockerfile = 'FROM scratch\nCOPPY a b\nCOPY --frm=a b c\n'
    await using sandbox = await sandboxWith({ ...plain, Dockerfile: dockerfile })
    const { status, stderr } = await sandbox.run('build', 'app')
    assert.equal(status, 2)
    assert.equal(
      stderr,
      `error: the Dockerfile cannot be built
app/Dockerfile:2:1: error: there is no instruction "COPPY" (unknown-instruction)
2 | COPPY a b
  | ^^^^^
hint: Did you mean COPY?
app/Dockerfile:3:6: error: COPY has no flag "--frm" (unknown-flag)
3 | COPY --frm=a b c
  |      ^^^^^^^
hint: Did you mean --from?
`,
    )
  })

  test('is told with line and caret when it is a step', async () => {
    await using sandbox = await sandboxWith({ ...plain, Dockerfile: 'FROM scratch\nCOPY b.txt /\n' })
    const { status, stderr } = await sandbox.run('build', '-q', 'app')
    assert.equal(status, 1)
    assert.equal(
      stderr,
      `error: [stage-0 2/2] COPY b.txt /: /b.txt is not in the build context
app/Dockerfile:2:1:
2 | COPY b.txt /
  | ^^^^^^^^^^^^
hint: Did you mean /a.txt?
`,
    )
  })
})

describe('checks of a build', () => {
  const slips = 'FROM scratch as one\nCOPY a.txt /\nMAINTAINER me\n'

  test('are warnings at the end', async () => {
    await using sandbox = await sandboxWith({ ...plain, Dockerfile: slips })
    const { status, stderr } = await sandbox.run('build', 'app')
    assert.equal(status, 0)
    assert.match(
      stderr,
      /\nwarning: 2 warnings found \(wherry build --check tells more\):\n - FromAsCasing: .* \(line 1\)\n - MaintainerDeprecated: .* \(line 3\)\n$/,
    )
    assert.equal((await sandbox.run('build', 'app')).stderr.slice(-200), stderr.slice(-200))
    assert.equal((await sandbox.run('build', '-q', 'app')).stderr, '')
    await writeFile(join(sandbox.path, 'app/Dockerfile'), `# check=skip=all\n${slips}`)
    assert.doesNotMatch((await sandbox.run('build', 'app')).stderr, /warning/)
  })

  test('come with what of the line has changed nothing', async () => {
    await using sandbox = await sandboxWith(plain)
    const words = ['--rm', '--force-rm=false', '--memory', '1g', '--builder', 'default', '--build-arg', 'UNKNOWN=1']
    const { status, stderr } = await sandbox.run('build', ...words, 'app')
    assert.equal(status, 0, stderr)
    assert.match(stderr, /\nwarning: no ARG takes the build argument UNKNOWN\nwarning: --memory changes nothing: .*\n$/)
  })

  test('fail the build where the Dockerfile asks for it', async () => {
    await using sandbox = await sandboxWith({ ...plain, Dockerfile: `# check=error=true\n${slips}` })
    const { status, stderr } = await sandbox.run('build', '-t', 'app', 'app')
    assert.equal(status, 2)
    assert.match(stderr, /^error: 2 checks failed, and the Dockerfile asks for none\napp\/Dockerfile:2:14: warning: /)
    assert.equal(await sandbox.succeed('images', '-q'), '')
  })

  test('are all that is done with --check', async () => {
    await using sandbox = await sandboxWith({ ...plain, Dockerfile: slips })
    const { status, stdout } = await sandbox.run('build', '--check', 'app')
    assert.equal(status, 1)
    assert.match(stdout, /app\/Dockerfile:1:14: warning: [^]*\n2 warnings about app\/Dockerfile; --fix mends 2\.\n$/)
    await using other = await sandboxWith(plain)
    assert.equal((await other.run('build', '--call=check,format=json', 'app')).status, 0)
  })
})

test('--call tells what a Dockerfile can be given, and what it can build', async () => {
  const dockerfile = `# VERSION of the app
ARG VERSION=3
# build compiles
FROM scratch AS build
ARG DEBUG
RUN --mount=type=secret,id=token,required=true --mount=type=ssh true
FROM build
`
  await using sandbox = await sandboxWith({ Dockerfile: dockerfile })
  assert.equal(
    await sandbox.succeed('build', '--call', 'targets', 'app'),
    'TARGET      DESCRIPTION\nbuild       compiles\n(default)\n',
  )
  assert.equal(
    await sandbox.succeed('build', '--call', 'outline', '--build-arg', 'DEBUG=1', 'app'),
    `TARGET:      (default)

BUILD ARG   VALUE   DESCRIPTION
VERSION     3       of the app
DEBUG       1

SECRET   REQUIRED
token    true

SSH       REQUIRED
default   false
`,
  )
  const json = await sandbox.succeed('build', '--call', 'outline,format=json', 'app')
  assert.ok(!existsSync(sandbox.storePath), 'no store is made for it')
  assert.match(json, /"secrets": \[\s*{\s*"name": "token",\s*"required": true\s*}\s*\]/)
})

test('what is built goes to standard output as a tar, to archives and to folders', async () => {
  await using sandbox = await sandboxWith(plain)
  const { status, stdoutBytes, stderr } = await sandbox.run('build', '-o', '-', 'app')
  assert.equal(status, 0, stderr)
  assert.ok(Buffer.from(stdoutBytes).includes('a.txt'))
  await sandbox.succeed('build', '-t', 'saved:1', '-o', 'type=oci,dest=app.tar', 'app')
  assert.equal(await sandbox.succeed('images', '-q'), '')
  await sandbox.succeed('load', '--input', 'app.tar')
  assert.match(await sandbox.succeed('images'), /saved:1/)
})

test('a cache in a folder saves another store the steps', async () => {
  await using sandbox = await sandboxWith(plain)
  const first = await sandbox.run('build', '--cache-to', 'type=local,dest=cache,mode=max', 'app')
  assert.equal(first.status, 0, first.stderr)
  const words = ['build', '--store', 'other', '--cache-from', 'type=local,src=cache', '--progress', 'plain', 'app']
  const second = await sandbox.run(...words)
  assert.match(second.stderr, /#1 CACHED/)
  const missing = await sandbox.run(...words.with(4, 'type=local,src=nothing'), '--no-cache')
  assert.equal(missing.status, 0)
  assert.match(missing.stderr, /warning: the cache nothing is not used: /)
})
