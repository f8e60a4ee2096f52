import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modulesToLink, readClassLog, readModuleList } from './java-modules.ts'

test('a log of classes tells modules, and the places of the app', () => {
  const log = [
    '[0.017s][info][class,load] java.lang.Object source: jrt:/java.base',
    '[0.270s][info][class,load] java.sql.Driver source: jrt:/java.sql',
    '[0.280s][info][class,load] App source: file:/app/classes/',
    '[0.281s][info][class,load] org.a.B source: file:/app/lib/a%20b.jar',
    '[0.282s][info][class,load] App$$Lambda/0x01 source: App',
    '[0.283s][info][class,load] org.c.D source: __JVM_LookupDefineClass__',
  ]
  const { modules, places, hasNestedJars } = readClassLog(log.join('\n'))
  assert.deepEqual([...modules], ['java.base', 'java.sql'])
  assert.deepEqual([...places], ['/app/classes', '/app/lib/a b.jar'])
  assert.equal(hasNestedJars, false)
  const nested = 'x.Y source: jar:nested:/app/app.jar/!BOOT-INF/lib/x.jar!/'
  assert.equal(readClassLog(nested).hasNestedJars, true)
})

test('what jdeps prints is a list of modules, or nothing that is known', () => {
  assert.deepEqual(readModuleList('Warning: split package: a b.jar c.jar\njava.base,java.net.http\n'), [
    'java.base',
    'java.net.http',
  ])
  assert.equal(readModuleList('Error: Module x not found'), undefined)
  assert.equal(readModuleList(''), undefined)
})

test('modules that Java finds by name come along, as far as they are there', () => {
  const available = new Set([
    'java.base',
    'java.naming',
    'jdk.naming.dns',
    'jdk.crypto.ec',
    'jdk.localedata',
    'java.desktop',
  ])
  assert.deepEqual(modulesToLink(['java.naming', 'java.base', 'not.there'], available), [
    ...['java.base', 'java.naming', 'jdk.crypto.ec', 'jdk.localedata', 'jdk.naming.dns'],
  ])
})
