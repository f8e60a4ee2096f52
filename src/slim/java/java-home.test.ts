import assert from 'node:assert/strict'
import { test } from 'node:test'
import { file, layerOf, symbolicLink, type LayerItem } from '../../../test/support/layers.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import type { RunConfig } from '../../image/config.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { findJavaHome, type JavaHome } from './java-home.ts'
import { linkLines } from './link-lines.ts'

const job = createJob()
const home = '/usr/lib/jvm/java-21'
const kit = [
  ...['bin/java', 'bin/jlink', 'lib/modules', 'jmods/java.base.jmod'].map((name) =>
    file(`${home.slice(1)}/${name}`, 'x'),
  ),
  file(`${home.slice(1)}/release`, 'IMPLEMENTOR="x"\nJAVA_VERSION="21.0.5"\n'),
  file('etc/java-21/net.properties', 'x'),
  symbolicLink(`${home.slice(1)}/conf/net.properties`, '/etc/java-21/net.properties'),
  symbolicLink(`${home.slice(1)}/lib/security/cacerts`, '/etc/ssl/certs/java/cacerts'),
  symbolicLink('usr/lib/jvm/default-java', 'java-21'),
]

async function found(
  items: readonly LayerItem[],
  config: RunConfig = {},
  executed: readonly string[] = [`${home}/bin/java`],
): Promise<JavaHome | undefined> {
  await using cache = await temporaryDirectory()
  await using tree = await openFileTree({ layers: [await layerOf(items)] }, cache.path, job)
  const rootfs = { type: 'layers' as const, diff_ids: [] }
  return await findJavaHome(tree, { os: 'linux', architecture: 'amd64', rootfs, config }, new Set(executed))
}

test('a kit is found by the java that was executed, with the settings that can be copied', async () => {
  const expected = { path: home, name: '/usr/lib/jvm/default-java', version: '21', settings: ['conf'] }
  assert.deepEqual(await found(kit), expected)
  const trusted = [...kit, file('etc/ssl/certs/java/cacerts', 'x')]
  assert.deepEqual((await found(trusted))?.settings, ['conf', 'lib/security'])
  assert.equal((await found(kit, { Env: [`JAVA_HOME=${home}`] }))?.name, home)
})

test('there is none without what linking takes, and for what cannot be known', async () => {
  for (const missing of ['jmods', 'bin/jlink', 'release']) {
    assert.equal(await found(kit.filter(({ entry }) => !entry.path.includes(`/${missing}`))), undefined, missing)
  }
  assert.equal(await found(kit, { Env: ['JAVA_TOOL_OPTIONS=-javaagent:/agent.jar'] }), undefined)
  assert.equal(await found(kit, {}, []), undefined)
  assert.equal(await found(kit, {}, [`${home}/bin/java`, '/opt/other/bin/java']), undefined)
})

test('the lines link, copy settings, archive classes, and come back to the user', () => {
  const kitHome = { path: home, name: '/usr/lib/jvm/default-java', version: '21', settings: ['conf'] }
  const runtime = { home: kitHome, modules: ['java.base', 'java.sql'], available: 69, searchPath: '/usr/bin:/bin' }
  assert.deepEqual(linkLines({ ...runtime, user: 'app' }).slice(1), [
    'USER 0:0',
    'RUN /usr/lib/jvm/default-java/bin/jlink --strip-java-debug-attributes --no-man-pages --no-header-files --output /opt/java-runtime \\',
    '        --release-info /usr/lib/jvm/default-java/release --add-modules java.base,java.sql \\',
    '    && cp -RL /usr/lib/jvm/default-java/conf/. /opt/java-runtime/conf/ \\',
    '    && /opt/java-runtime/bin/java -Xshare:dump',
    'ENV JAVA_HOME=/opt/java-runtime PATH=/opt/java-runtime/bin:/usr/bin:/bin',
    'USER app',
  ])
  assert.doesNotMatch(linkLines({ ...runtime, user: '' }).join('\n'), /USER/)
})
