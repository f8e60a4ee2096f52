import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { object, record, string } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import { repositoryRoot } from '../../tools/source-tree.ts'

const manifestSchema = object({
  version: string(),
  scripts: record(string(), string()),
  dependencies: record(string(), string()),
  devDependencies: record(string(), string()),
})

/** The parts of package.json that the tests of the house look at. */
export async function readPackageManifest(): Promise<{
  readonly version: string
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}> {
  return parseJson(await readFile(join(repositoryRoot, 'package.json')), manifestSchema, 'package.json')
}

/** The packages that the source may import, and those that only hold types. */
export async function readDependencies(): Promise<ReadonlySet<string>> {
  const { dependencies, devDependencies } = await readPackageManifest()
  const types = Object.keys(devDependencies).filter((name) => name.startsWith('@types/'))
  return new Set([...Object.keys(dependencies), ...types])
}
