import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openFileTree } from '../../filetree/file-tree.ts'
import { archiveModules } from './archive-modules.ts'
import { readKitClasses } from './kit-classes.ts'
import { createJob } from '../../std/job.ts'
import { bytesAccess } from '../../std/random-access.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { skipUnlessInstalled } from '../../../test/support/engines.ts'
import { file, layerOf } from '../../../test/support/layers.ts'

const execute = promisify(execFile)
const job = createJob()
const source = `package example;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

interface Store { java.sql.Connection open() throws java.rmi.RemoteException; }

@Retention(RetentionPolicy.RUNTIME) @interface Kind { Class<?> value(); }

@Kind(javax.naming.Context.class)
public class Main {
  static java.util.function.Supplier<Object> later = java.util.prefs.Preferences::userRoot;
  public static void main(String[] words) throws Exception {
    Class.forName("java.net.http.HttpClient");
  }
}
`
/** Small ones: what the class mentions, and one that it does not. */
const kitModules = ['java.base', 'java.sql', 'java.rmi', 'java.naming', 'java.prefs', 'java.net.http', 'java.scripting']

test(
  'of a compiled class, in a jar and in a jar in a jar, the modules are those of jdeps, of a class in an annotation and of a name in a string',
  { skip: skipUnlessInstalled('javac', 'jar', 'jdeps') },
  async () => {
    await using folder = await temporaryDirectory()
    const run = (program: string, ...words: string[]): Promise<{ stdout: string }> =>
      execute(program, words, { cwd: folder.path })
    await writeFile(join(folder.path, 'Main.java'), source)
    await run('javac', '-d', 'classes', 'Main.java')
    await run('jar', '--create', '--file', 'app.jar', '-C', 'classes', '.')
    await run('jar', '--create', '--file', 'stored.jar', '--no-compress', 'app.jar')
    await run('jar', '--create', '--file', 'packed.war', 'stored.jar')

    const home = await kitHome()
    const jmods = kitModules.map(async (name) =>
      file(`kit/jmods/${name}.jmod`, await readFile(join(home, `jmods/${name}.jmod`))),
    )
    await using tree = await openFileTree({ layers: [await layerOf(await Promise.all(jmods))] }, folder.path, job)
    const kit = { ...(await readKitClasses(tree, '/kit', job)), version: '21' }

    const { stdout } = await run('jdeps', '-summary', 'app.jar')
    const told = stdout.split('\n').flatMap((line) => /-> ([\w.]+)$/.exec(line)?.[1] ?? [])
    assert.deepEqual(told, ['java.base', 'java.prefs', 'java.rmi', 'java.sql'])
    const others = ['java.naming', 'java.net.http']
    const expected = [...told.filter((name) => name !== 'java.base'), ...others].toSorted()
    for (const name of (await readdir(folder.path)).filter((each) => /\.[jw]ar$/.test(each))) {
      const found = await archiveModules(bytesAccess(await readFile(join(folder.path, name))), kit, job)
      assert.deepEqual([...found].toSorted(), expected, name)
    }
  },
)

async function kitHome(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = await realpath(join(folder, 'javac')).catch(() => undefined)
    if (path !== undefined) return dirname(dirname(path))
  }
  assert.fail('there is no javac')
}
