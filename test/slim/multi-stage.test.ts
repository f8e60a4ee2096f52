import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { buildSandbox, buildSandboxSkipReason, type BuildSandbox } from '../support/build-sandbox.ts'
import { buildWithDocker, dockerBuildSkipReason, flattenedFiles } from '../support/docker-build.ts'

/** A stage that builds, and one that runs what was built on a base that has much more. */
const twoStages = [
  'ARG BASE=base:1',
  'FROM base:1 AS build',
  'WORKDIR /src',
  'COPY . .',
  'RUN mkdir out && cp www/* out/ && echo built > out/built.html',
  '',
  '# What runs',
  'FROM ${BASE} AS final',
  '# nothing needs it',
  'RUN mkdir -p /var/cache/apt && echo unused > /var/cache/apt/pkgcache.bin',
  'WORKDIR /site',
  '# what was built',
  'COPY --from=0 --chown=ada:ada /src/out .',
  'COPY --from=build /src /src',
  'EXPOSE 8080',
  'USER ada',
  'CMD busybox httpd -f -p 8080 -h /site',
]

/** The last stage begins with another one, and makes files that are needed before it copies. */
const cutStage = [
  'FROM base:1 AS common',
  'ENV GREETING=hello',
  'FROM common AS build',
  'COPY www /www',
  'FROM common AS runner',
  'RUN mkdir -p /site/made && echo "$GREETING" > /site/made/index.html',
  'COPY --from=build /www /site/www',
  'EXPOSE 8080',
  'CMD ["busybox", "httpd", "-f", "-p", "8080", "-h", "/site"]',
]

async function slim(sandbox: BuildSandbox, lines: readonly string[]): Promise<string> {
  sandbox.write('Dockerfile', `${lines.join('\n')}\n`)
  sandbox.write('www/index.html', '<a href="/built.html">built</a>\n')
  sandbox.write('www/large.html', `${'large '.repeat(20_000)}\n`)
  const asked = ['--probe', 'GET /built.html', '--probe', 'GET /made/index.html', '--probe', 'GET /www/index.html']
  const words = ['--measure', 'none', '-t', 'slim:1', ...asked, sandbox.context]
  const { status, said } = await sandbox.run('slim', ...words)
  assert.equal(status, 0, said)
  assert.match(said, /Proved: \d+ answers the same/)
  return readFileSync(join(sandbox.context, 'Dockerfile.slim'), 'utf8')
}

async function assertSameByDocker(sandbox: BuildSandbox): Promise<void> {
  const { context, storePath: store } = sandbox
  const succeed = async (...words: readonly string[]): Promise<string> => {
    const { status, said } = await sandbox.run(...words.slice(2))
    assert.equal(status, 0, said)
    return said
  }
  const dockerfile = join(context, 'Dockerfile.slim')
  await buildWithDocker({ succeed }, store, { context, dockerfile, base: 'base:1', tag: 'docker:1' })
  assert.deepEqual(await flattenedFiles(store, 'docker:1'), await flattenedFiles(store, 'slim:1'))
}

describe('a Dockerfile of several stages', { skip: buildSandboxSkipReason, concurrency: 2 }, () => {
  test('keeps its last stage, which begins with nothing and copies straight from the stage that built', async () => {
    await using sandbox = await buildSandbox()
    const text = await slim(sandbox, twoStages)
    assert.match(text, /\n# What runs\nFROM scratch AS final\n/)
    assert.match(text, /\nCOPY --from=0 --chown=1000:1000 \/src\/out \.\n/)
    assert.match(text, /\n# nothing needs it\n# Left out, since .*: RUN mkdir -p /)
    assert.match(text, /\nUSER 1000:1000\n/)
    assert.doesNotMatch(text, /AS before/)
  })

  test('is cut in two where its last stage makes what is used, and goes on with the lines behind that', async () => {
    await using sandbox = await buildSandbox()
    const text = await slim(sandbox, cutStage)
    assert.match(text, /\nFROM common AS base\nRUN mkdir -p \/site\/made /)
    assert.match(text, /\nFROM scratch AS runner\n[^]*\nCOPY --from=build \/www \/site\/www\n/)
  })

  test('keeps a base without a shell whose links cannot be copied', async () => {
    await using sandbox = await buildSandbox()
    const links = 'RUN mkdir -p /tiny/usr/bin && cp /bin/busybox /tiny/usr/bin/ && ln -s usr/bin /tiny/bin'
    const tiny = ['FROM base:1 AS made', links, 'FROM scratch', 'COPY --from=made /tiny/ /', '']
    const made = await sandbox.build(tiny.join('\n'), '-t', 'tiny:1')
    assert.equal(made.status, 0, made.said)
    const serve = 'CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/site"]'
    const stages = ['FROM base:1 AS build', 'COPY www /www', 'FROM tiny:1', 'COPY --from=build /www /site/www']
    const text = await slim(sandbox, [...stages, 'EXPOSE 8080', serve])
    assert.match(text, /\nFROM tiny:1\nCOPY --from=build \/www \/site\/www\n[^]*\nUSER 65532:65532\n$/)
  })

  test('is built to the same files by Docker', { skip: dockerBuildSkipReason }, async () => {
    for (const lines of [twoStages, cutStage]) {
      await using sandbox = await buildSandbox()
      await slim(sandbox, lines)
      await assertSameByDocker(sandbox)
    }
  })

  test('stays as it is where another stage is asked for, which gets a final one', async () => {
    await using sandbox = await buildSandbox()
    const lines = [...cutStage, 'FROM runner AS debug', 'ENV DEBUG=1']
    sandbox.write('Dockerfile', `${lines.join('\n')}\n`)
    sandbox.write('www/index.html', 'index\n')
    const { status, said } = await sandbox.run('slim', '--measure', 'none', '--target', 'runner', sandbox.context)
    assert.equal(status, 0, said)
    const text = readFileSync(join(sandbox.context, 'Dockerfile.slim'), 'utf8')
    assert.match(text, /\nFROM runner AS debug\nENV DEBUG=1\n[^]*\nFROM scratch\n[^]*COPY --link --from=runner /)
  })
})
