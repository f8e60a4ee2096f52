import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { array, boolean, looseObject, nullable, number, optional, string, union } from 'valibot'
import { mediaTypes } from '../../src/image/media-type.ts'
import { parseJson } from '../../src/std/json.ts'
import { rangesSkipReason, userWithRanges } from '../support/unprivileged-users.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'
import {
  buildSandbox,
  buildSandboxSkipReason,
  nobody,
  type BuildOutcome,
  type BuildSandbox,
} from '../support/build-sandbox.ts'

const server = [
  '# Serves a folder',
  'FROM base:1',
  'WORKDIR /site',
  'COPY . .',
  'EXPOSE 8080',
  'CMD busybox httpd -f -p 8080 -h /site/www',
]

const referrersSchema = looseObject({ manifests: array(looseObject({ artifactType: string() })) })

const measuredSchema = nullable(looseObject({ value: union([number(), string()]), runs: optional(number()) }))
const transferSchema = looseObject({
  card: looseObject({
    measures: array(looseObject({ id: string(), before: measuredSchema, after: measuredSchema })),
  }),
})

const proofSchema = looseObject({
  after: looseObject({ manifest: string() }),
  isProved: boolean(),
  restraint: looseObject({ user: string(), readOnlyRoot: boolean() }),
  differences: array(looseObject({ what: string() })),
  repairs: array(looseObject({ paths: array(string()), foundBy: string() })),
})

/** Slims a Dockerfile of the context. Nothing is measured, and the image is `slim:1`, unless the words say so. */
async function slim(
  sandbox: BuildSandbox,
  lines: readonly string[],
  ...words: readonly string[]
): Promise<BuildOutcome> {
  sandbox.write('Dockerfile', `${lines.join('\n')}\n`)
  const files = ['--proof', join(sandbox.path, 'proof.json'), '--ledger', join(sandbox.path, 'ledger.json')]
  const measured = words.includes('--measure') ? [] : ['--measure', 'none']
  const named = words.includes('-t') ? [] : ['-t', 'slim:1']
  return await sandbox.run('slim', ...files, ...measured, ...named, ...words, sandbox.context)
}

function readProof({ path }: BuildSandbox) {
  return parseJson(readFileSync(join(path, 'proof.json')), proofSchema, 'the proof')
}

function slimText({ context }: BuildSandbox): string {
  return readFileSync(join(context, 'Dockerfile.slim'), 'utf8')
}

async function filesOf(sandbox: BuildSandbox, image: string): Promise<string> {
  const { said } = await sandbox.run('inspect', '--files', '-R', image)
  return said
}

describe('wherry slim', { skip: buildSandboxSkipReason, concurrency: 2 }, () => {
  test('makes a server small, writes its Dockerfile, and proves it with as few rights as it needs', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('www/index.html', '<a href="/other.html">other</a>\n')
    sandbox.write('www/other.html', 'other\n')
    sandbox.write('main_test.go', 'package main\n')
    const page = join(sandbox.path, 'card.html')
    const { status, said } = await slim(sandbox, server, '--card', page)
    assert.equal(status, 0, said)
    assert.match(said, /Proved: \d+ answers the same, as 65532:65532, read-only, without capabilities\./)
    assert.match(readFileSync(page, 'utf8'), /^<!doctype html>[^]*\/site\/www\/other\.html/i)
    assert.deepEqual(readProof(sandbox).differences, [])
    const text = slimText(sandbox)
    assert.ok(text.includes('# Serves a folder\nFROM base:1 AS build\n'), text)
    assert.match(text, /\nFROM scratch\n[^]*\nUSER 65532:65532\n/)
    const files = await filesOf(sandbox, 'slim:1')
    assert.match(files, /\/site\/www\/other\.html/)
    assert.doesNotMatch(files, /main_test\.go/)
  })

  test('does so without root, and with one user alone', async () => {
    await using sandbox = await buildSandbox({ user: nobody })
    sandbox.write('www/index.html', 'index\n')
    const { status, said } = await slim(sandbox, server)
    assert.equal(status, 0, said)
    assert.match(said, /Proved: \d+ answers the same/)
    assert.match(await filesOf(sandbox, 'slim:1'), /\/site\/www\/index\.html/)
  })

  test('writes what builds to the same image again, without it', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('www/index.html', 'index\n')
    const { status, said } = await slim(sandbox, [
      ...server.slice(0, -1),
      'ENV PORT=8080',
      'CMD busybox httpd -f -p $PORT -h /site/www',
    ])
    assert.equal(status, 0, said)
    assert.match(said, /has the value of \$PORT written out: --env PORT=… changes the argument no more/)
    assert.match(slimText(sandbox), /; \$PORT is written out, and cannot be set from outside\nCMD \["busybox"/)
    const file = join(sandbox.context, 'Dockerfile.slim')
    await sandbox.run('build', '-t', 'again:1', '-f', file, sandbox.context)
    assert.equal(await filesOf(sandbox, 'again:1'), await filesOf(sandbox, 'slim:1'))
  })

  test('runs a tool to its end, and keeps what that reads', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('greeting', 'good day\n')
    const lines = ['FROM base:1', 'COPY greeting /usr/share/greeting', 'CMD ["cat", "/usr/share/greeting"]']
    const { status, said } = await slim(sandbox, lines)
    assert.equal(status, 0, said)
    const ran = await sandbox.run('run', '--network', 'none', 'slim:1')
    assert.match(ran.said, /good day/)
  })

  test(
    'runs what another file takes the place of at its start as nobody in particular, also if a user without root slims it',
    { skip: rangesSkipReason() },
    async () => {
      for (const user of [undefined, userWithRanges()]) {
        await using sandbox = await buildSandbox(user === undefined ? {} : { user })
        const page = 'RUN mkdir -p /srv/site/www && echo hello NAME > /srv/site/www/index.html'
        const start =
          'CMD sed -i s/NAME/world/ /srv/site/www/index.html && exec busybox httpd -f -p 8080 -h /srv/site/www'
        const { status, said } = await slim(sandbox, ['FROM base:1', page, 'EXPOSE 8080', start])
        assert.equal(status, 0, said)
        assert.match(said, /Proved: \d+ answers? the same, as 65532:65532/)
        assert.equal(readProof(sandbox).restraint.user, '65532:65532')
      }
    },
  )

  test('gives a volume to the user that the app runs as, and a reason where that has to be root', async () => {
    await using sandbox = await buildSandbox()
    // Of the second, the image has no folder.
    const keeping = ['FROM base:1', 'RUN mkdir -p /var/data', 'VOLUME /var/data /var/new']
    const command =
      'CMD ["/bin/sh", "-c", "echo kept > /var/data/file && cp /var/data/file /var/new/ && cat /var/new/file"]'
    const { status, said } = await slim(sandbox, [...keeping, command])
    assert.equal(status, 0, said)
    assert.match(said, /Proved: \d+ answers? the same, as 65532:65532, read-only, without capabilities\./)
    assert.match(slimText(sandbox), /chown 65532:65532 \/slim\/var\/data \/slim\/var\/new/)

    const needy = 'CMD chmod 700 /etc && exec busybox httpd -f -p 8080 -h /site'
    const other = await slim(sandbox, ['FROM base:1', 'RUN mkdir /site', 'EXPOSE 8080', needy])
    assert.equal(other.status, 0, other.said)
    assert.match(other.said, /needs more rights: as 65532:65532.*\n {2}it ended: exit status 1: chmod: \/etc/)
    assert.match(slimText(sandbox), /\n# Root: the app answers differently as another user\nUSER 0:0\n/)
  })

  test('notices a page that is there still and says nothing, and gives back the file that it reads by a computed name', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('greeting', 'good day\n')
    sandbox.write('www/index.html', '<a href="/cgi-bin/greet">greet</a>\n')
    const script = [
      '#!/bin/sh',
      'printf "Content-Type: text/plain\\r\\n\\r\\n"',
      'half=gree',
      'cat "/usr/share/${half}ting"',
    ]
    sandbox.write('www/cgi-bin/greet', `${script.join('\n')}\n`)
    const files = ['RUN chmod +x www/cgi-bin/greet', 'COPY greeting /usr/share/greeting']
    const lines = [...server.slice(0, -1), ...files, ...server.slice(-1)]
    const { status, said } = await slim(sandbox, lines, '--drop', '/usr/share/greeting')
    assert.equal(status, 0, said)
    const { repairs } = readProof(sandbox)
    assert.ok(
      repairs.some(({ paths }) => paths.includes('/usr/share/greeting')),
      said,
    )
    assert.match(await filesOf(sandbox, 'slim:1'), /\/usr\/share\/greeting/)
  })

  test('gives no name to what it cannot prove, and says so in the file', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('late', 'late\n')
    const lines = ['FROM base:1', 'COPY late /opt/late', 'CMD ["cat", "/opt/late"]']
    const { status, said } = await slim(sandbox, lines, '--drop', '/opt/**', '--rounds', '0')
    assert.equal(status, 1, said)
    assert.match(said, /Not proved/)
    assert.match(slimText(sandbox), /# NOT PROVED/)
    assert.equal(readProof(sandbox).isProved, false)
    assert.equal((await sandbox.run('inspect', 'slim:1')).status, 1)
  })

  test('repairs what the user dropped and the app needs, and says so', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('late', 'late\n')
    const lines = ['FROM base:1', 'COPY late /opt/late', 'CMD ["cat", "/opt/late"]']
    const { status, said } = await slim(sandbox, lines, '--drop', '/opt/**')
    assert.equal(status, 0, said)
    assert.match(said, /1 repair: \/opt\/late/)
  })

  test('pushes what it has proved, and the proof that points to it', { skip: registrySkipReason }, async () => {
    await using registry = await startRegistry()
    await using sandbox = await buildSandbox()
    sandbox.write('www/index.html', 'index\n')
    const name = `${registry.host}/slim:1`
    const { status, said } = await slim(sandbox, server, '--push', '-t', name)
    assert.equal(status, 0, said)
    // What docker-registry has in place of the referrers API (distribution-spec, "Referrers Tag Schema").
    const tag = readProof(sandbox).after.manifest.replace(':', '-')
    const headers = { accept: mediaTypes.ociIndex }
    const answer = await fetch(`http://${registry.host}/v2/slim/manifests/${tag}`, { headers })
    const index = parseJson(Buffer.from(await answer.arrayBuffer()), referrersSchema, 'the referrers')
    const types = index.manifests.map(({ artifactType }) => artifactType)
    assert.deepEqual(types, ['application/vnd.wherry.slim-proof.v1+json'])
  })

  test(
    'measures pushing both images to a registry and pulling them, and leaves nothing there',
    { skip: registrySkipReason },
    async () => {
      await using registry = await startRegistry()
      await using sandbox = await buildSandbox()
      sandbox.write('www/index.html', 'index\n')
      const words = ['--measure', 'none', '--registry', `${registry.host}/team`, '--runs', '1', '--format', 'json']
      sandbox.write('Dockerfile', `${server.join('\n')}\n`)
      const { status, said } = await sandbox.run('slim', ...words, sandbox.context)
      assert.equal(status, 0, said)
      const { card } = parseJson(Buffer.from(said.slice(0, said.indexOf('\n}\n') + 3)), transferSchema, 'the report')
      const measured = new Map(card.measures.map((measure) => [measure.id, measure]))
      for (const id of ['push.time', 'push.sent', 'pull.time']) {
        assert.equal(measured.get(id)?.before?.runs, 1, id)
        assert.equal(measured.get(id)?.after?.runs, 1, id)
      }
      const [before, after] = [measured.get('push.sent')?.before?.value, measured.get('push.sent')?.after?.value]
      assert.ok(Number(before) > Number(after), `${before} ${after}`)
      const pushed = registry.requests.flatMap((line) => /^PUT \/v2\/(\S+)\/manifests\/\S+ 201$/.exec(line)?.[1] ?? [])
      assert.ok(pushed.length > 0 && pushed.every((name) => name.startsWith('team/wherry-measure-')), pushed.join())
      const deleted = (name: string): boolean =>
        registry.requests.some((line) => line.startsWith(`DELETE /v2/${name}/manifests/sha256:`))
      assert.ok(pushed.every(deleted), pushed.join())
    },
  )

  test('does not push what breaks its budget, and tells the limit', { skip: registrySkipReason }, async () => {
    await using registry = await startRegistry()
    await using sandbox = await buildSandbox()
    sandbox.write('www/index.html', 'index\n')
    const name = `${registry.host}/slim:1`
    const { status, said } = await slim(sandbox, server, '--push', '-t', name, '--budget', 'files=1')
    assert.equal(status, 1, said)
    assert.match(said, /Proved/)
    assert.match(said, /files/)
    assert.equal((await fetch(`http://${registry.host}/v2/slim/manifests/1`)).status, 404)
  })

  test('begins with an image that is asked for, and copies what that lacks', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('www/index.html', 'index\n')
    const { status, said } = await slim(sandbox, server, '--base', 'base:1')
    assert.equal(status, 0, said)
    const text = slimText(sandbox)
    assert.match(text, /\nFROM base:1\n/)
    assert.doesNotMatch(text, /COPY[^]*\/bin\/busybox/)
  })

  test('asks what a command of this machine asks, and tells times where that is wanted', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('www/index.html', 'index\n')
    const probe = [
      '--probe-exec',
      `${process.execPath} -e 'fetch(process.env.WHERRY_URL).then(async (answer) => console.log(await answer.text()))'`,
    ]
    const { status, said } = await slim(sandbox, server, ...probe, '--measure', 'start,rebuild,cold')
    assert.equal(status, 0, said)
    assert.match(said, /build, from nothing +[\d.]+m?s +[\d.]+m?s/)
    assert.match(said, /start to first answer/)
  })

  test('slims an image without its Dockerfile', async () => {
    await using sandbox = await buildSandbox()
    sandbox.write('www/index.html', 'index\n')
    sandbox.write('Dockerfile', `${server.join('\n')}\n`)
    await sandbox.run('build', '-t', 'whole:1', sandbox.context)
    const out = join(sandbox.path, 'Dockerfile.slim')
    const { status, said } = await sandbox.run('slim', '--measure', 'none', '-o', out, '-t', 'slim:1', 'whole:1')
    assert.equal(status, 0, said)
    assert.match(readFileSync(out, 'utf8'), /^(?:# syntax=.*\n)?FROM whole:1 AS before\n/)
  })

  test('says what is wrong with an app that ends, never listens, or waits for somebody to type', async () => {
    await using sandbox = await buildSandbox()
    const ends = await slim(sandbox, ['FROM base:1', 'EXPOSE 80', 'CMD echo no database >&2; exit 7'])
    assert.equal(ends.status, 1, ends.said)
    assert.match(ends.said, /no database/)
    const silent = await slim(sandbox, ['FROM base:1', 'EXPOSE 80', 'CMD sleep 1000'], '--ready-timeout', '1')
    assert.equal(silent.status, 1, silent.said)
    for (const command of ['CMD ["sh"]', 'ENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["node"]']) {
      const prompt = await slim(sandbox, ['FROM base:1', command])
      assert.equal(prompt.status, 1, prompt.said)
      assert.match(prompt.said, /the image starts (?:sh|node), which waits for somebody to type\nhint: Give it a CMD/)
    }
    assert.equal(existsSync(join(sandbox.context, 'Dockerfile.slim')), false)
  })

  test('refuses a wrong line before anything is built', async () => {
    await using sandbox = await buildSandbox()
    for (const words of [
      ['--measure', 'pulse'],
      ['--rounds', 'many'],
      ['--probe', 'GIT /'],
      ['--network', 'nobody'],
      ['-v', '/data'],
    ]) {
      const { status, said } = await slim(sandbox, server, ...words)
      assert.equal(status, 2, said)
    }
  })
})
