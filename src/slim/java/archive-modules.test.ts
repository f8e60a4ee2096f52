import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeClassFile } from '../../../test/support/made-class.ts'
import { directory, file, layerOf, type LayerItem } from '../../../test/support/layers.ts'
import { ArchiveError } from '../../archive/errors.ts'
import { makeZip, type MadeMember } from '../../../test/support/made-zip.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import { createJob } from '../../std/job.ts'
import { bytesAccess } from '../../std/random-access.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { appPlaces, placesModules } from './app-places.ts'
import { archiveModules, type Kit } from './archive-modules.ts'
import { readKitClasses } from './kit-classes.ts'

const job = createJob()
const kit: Kit = {
  version: '21',
  modules: new Set(['java.base', 'java.sql', 'java.rmi', 'java.naming', 'jdk.compiler']),
  moduleOf: new Map([
    ['java/sql/Driver', 'java.sql'],
    ['java/rmi/Remote', 'java.rmi'],
    ['javax/naming/Context', 'java.naming'],
    ['com/sun/tools/javac/Main', 'jdk.compiler'],
  ]),
}

function classOf(...classes: readonly string[]): Buffer {
  return makeClassFile({ classes, texts: [], strings: [] })
}

async function modulesOf(members: readonly MadeMember[]): Promise<readonly string[]> {
  return [...(await archiveModules(bytesAccess(makeZip(members)), kit, job))]
}

test('jars in a jar are read, stored as Spring Boot has them and compressed as a web archive has them', async () => {
  const inner = makeZip([{ path: 'a/B.class', content: classOf('java/sql/Driver$Inner'), isDeflated: true }])
  for (const isDeflated of [false, true]) {
    assert.deepEqual(await modulesOf([{ path: 'BOOT-INF/lib/b.jar', content: inner, isDeflated }]), ['java.sql'])
    const war = makeZip([{ path: 'WEB-INF/lib/b.jar', content: inner, isDeflated }])
    assert.deepEqual(await modulesOf([{ path: 'app.war', content: war, isDeflated }]), ['java.sql'])
  }
})

test('classes for later versions of Java than the kit do not count, those for its own do', async () => {
  const versions = (version: number): MadeMember => ({
    path: `META-INF/versions/${version}/a/B.class`,
    content: classOf('java/rmi/Remote'),
  })
  assert.deepEqual(await modulesOf([versions(22)]), [])
  assert.deepEqual(await modulesOf([versions(21)]), ['java.rmi'])
})

test('what providers are of and what settings name counts, as what strings spell', async () => {
  assert.deepEqual(await modulesOf([{ path: 'META-INF/services/java.sql.Driver', content: 'org.x.Driver\n' }]), [
    'java.sql',
  ])
  const content = 'java.naming.factory.initial = javax.naming.Context\n'
  assert.deepEqual(await modulesOf([{ path: 'jndi.properties', content }]), ['java.naming'])
  assert.deepEqual(await modulesOf([{ path: 'README.txt', content }]), [])
})

test('tools of the kit count only where a class uses them: by a name, programs ask whether they are there', async () => {
  const spelled = makeClassFile({ classes: [], texts: [], strings: ['com.sun.tools.javac.Main', 'java.rmi.Remote'] })
  assert.deepEqual(await modulesOf([{ path: 'a/B.class', content: spelled }]), ['java.rmi'])
  assert.deepEqual(await modulesOf([{ path: 'a/B.class', content: classOf('com/sun/tools/javac/Main') }]), [
    'jdk.compiler',
  ])
})

test('archives in archives without an end are refused, and so is what is no archive', async () => {
  let content = makeZip([])
  for (let depth = 0; depth < 5; depth++) content = makeZip([{ path: 'a.jar', content }])
  await assert.rejects(modulesOf([{ path: 'a.jar', content }]), ArchiveError)
  await assert.rejects(modulesOf([{ path: 'a.jar', content: 'none' }]), ArchiveError)
})

test('of an image, archives are read that were used, those beside them, and folders of classes', async () => {
  const jar = (...classes: readonly string[]): Buffer => makeZip([{ path: 'a/B.class', content: classOf(...classes) }])
  const items: readonly LayerItem[] = [
    directory('app/classes'),
    file('app/classes/a/B.class', classOf('com/sun/tools/javac/Main')),
    file('app/lib/used.jar', jar('java/sql/Driver')),
    file('app/lib/beside.jar', jar('java/rmi/Remote')),
    file('other/far.jar', jar('javax/naming/Context')),
    file('kit/lib/tool.jar', jar('javax/naming/Context')),
    file('kit/jmods/java.base.jmod', Buffer.concat([Buffer.from('JM\x01\x00'), makeZip([])])),
    file(
      'kit/jmods/java.sql.jmod',
      makeZip([{ path: 'classes/java/sql/Driver.class', content: '' }], Buffer.from('JM\x01\x00')),
    ),
  ]
  await using cache = await temporaryDirectory()
  await using tree = await openFileTree({ layers: [await layerOf(items)] }, cache.path, job)
  const opened = ['/app/lib/used.jar', '/kit/lib/tool.jar', '/app/notes.txt', '/webapps/app/WEB-INF/lib/unpacked.jar']
  const places = appPlaces(['/app/classes'], opened, '/kit', tree)
  assert.deepEqual(places, ['/app/classes', '/app/lib/beside.jar', '/app/lib/used.jar'])
  assert.deepEqual([...(await placesModules(places, tree, kit, job))].toSorted(), [
    'java.rmi',
    'java.sql',
    'jdk.compiler',
  ])
  const { modules, moduleOf } = await readKitClasses(tree, '/kit', job)
  assert.deepEqual([...modules], ['java.base', 'java.sql'])
  assert.deepEqual([...moduleOf], [['java/sql/Driver', 'java.sql']])
})
