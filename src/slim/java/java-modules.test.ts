import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modulesToLink, namedModules, readClassLog } from './java-modules.ts'

test('a log of classes tells modules, and the places of the app', () => {
  const log = [
    '[0.017s][info][class,load] java.lang.Object source: jrt:/java.base',
    '[0.270s][info][class,load] java.sql.Driver source: jrt:/java.sql',
    '[0.272s][info][class,load] jdk.jshell.execution.impl.ConsoleImpl$ConsoleProviderImpl source: jrt:/jdk.jshell',
    '[0.280s][info][class,load] App source: file:/app/classes/',
    '[0.281s][info][class,load] org.a.B source: file:/app/lib/a%20b.jar',
    '[0.282s][info][class,load] App$$Lambda/0x01 source: App',
    '[0.283s][info][class,load] org.c.D source: __JVM_LookupDefineClass__',
  ]
  const { modules, places } = readClassLog(log.join('\n'))
  assert.deepEqual([...modules], ['java.base', 'java.sql'])
  assert.deepEqual([...places], ['/app/classes', '/app/lib/a b.jar'])
})

test('classes of jars in a jar are of that jar, as every version of a loader writes it', () => {
  for (const source of [
    'jar:nested:/app/a%20b.jar/!BOOT-INF/lib/x.jar!/',
    'jar:file:/app/a%20b.jar!/BOOT-INF/lib/x.jar!/',
  ])
    assert.deepEqual([...readClassLog(`[0.3s] x.Y source: ${source}`).places], ['/app/a b.jar'])
})

test('words of a command ask for modules', () => {
  const words = ['java', '--add-modules', 'java.sql,jdk.jfr', '--add-modules=java.rmi', '-jar', 'app.jar']
  assert.deepEqual(namedModules(words), ['java.sql', 'jdk.jfr', 'java.rmi'])
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
