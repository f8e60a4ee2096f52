/** Makes `dist/package`: what is published, and nothing else. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { RolldownOutput } from 'rolldown'
import { literal, looseObject, record, string, object, array } from 'valibot'
import { parseJson } from '../src/std/json.ts'
import { buildBundle, buildTypes, externalPackages } from './build.ts'
import { repositoryRoot } from './source-tree.ts'

const noticesFile = 'THIRD-PARTY-NOTICES.md'
/** `bin` and `dist` aside. npm adds `package.json`, `README.md` and `LICENSE` by itself. */
const papers = [
  'CHANGELOG.md',
  'docs/card.schema.json',
  'docs/config.schema.json',
  'docs/inspect.schema.json',
  'docs/probes.schema.json',
  'docs/recipe.schema.json',
]

/** What the repository's package.json says that a user of the package needs too. */
const manifestSchema = object({
  name: string(),
  version: string(),
  description: string(),
  license: string(),
  type: literal('module'),
  engines: object({ node: string() }),
  os: array(string()),
  bin: record(string(), string()),
  exports: record(string(), record(string(), string())),
  files: array(string()),
  dependencies: record(string(), string()),
})

/**
 * The published package.json. The repository's scripts and its own Node stay behind, and of its dependencies all that are
 * part of the bundle.
 */
async function publishedManifest(): Promise<unknown> {
  const manifest = parseJson(await readFile(join(repositoryRoot, 'package.json')), manifestSchema, 'package.json')
  const dependencies = Object.entries(manifest.dependencies).filter(([name]) => externalPackages.includes(name))
  return {
    ...manifest,
    files: [...manifest.files, noticesFile, ...papers],
    dependencies: Object.fromEntries(dependencies),
  }
}

/** The packages of which the bundle holds a part. */
function bundledPackages(output: RolldownOutput['output'][number][]): readonly string[] {
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
  const names = modules.flatMap((id) => {
    const [, path] = id.split(`${sep}node_modules${sep}`)
    return path === undefined
      ? []
      : path
          .split(sep)
          .slice(0, path.startsWith('@') ? 2 : 1)
          .join('/')
  })
  return [...new Set(names)].toSorted()
}

/** The licences of the bundled packages, as these ask for; a NOTICE goes along (Apache License 2.0, section 4). */
async function thirdPartyNotices(packages: readonly string[]): Promise<string> {
  const parts = ['# Third-party notices', 'This package holds parts of the following packages.']
  for (const name of packages) {
    const folder = join(repositoryRoot, 'node_modules', name)
    const schema = looseObject({ version: string(), license: string() })
    const { version, license } = parseJson(
      await readFile(join(folder, 'package.json')),
      schema,
      `package.json of ${name}`,
    )
    const files = (await readdir(folder)).filter((each) => /^(?:licen[cs]e|notice)/i.test(each)).toSorted()
    if (!files.some((each) => /^licen/i.test(each))) throw new Error(`${name} has no licence file`)
    parts.push(`## ${name} ${version}, ${license}`)
    for (const file of files) parts.push((await readFile(join(folder, file), 'utf8')).trim())
  }
  return `${parts.join('\n\n')}\n`
}

/** Builds and fills `folder`, which is deleted first. */
export async function makePackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const bundle = await buildBundle(join(folder, 'dist'))
  await buildTypes(join(folder, 'dist/types'))
  for (const path of ['bin', 'README.md', 'LICENSE', ...papers])
    await cp(join(repositoryRoot, path), join(folder, path), { recursive: true })
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await publishedManifest(), undefined, 2)}\n`)
  await writeFile(join(folder, noticesFile), await thirdPartyNotices(bundledPackages(bundle)))
}

if (import.meta.main) {
  const folder = join(repositoryRoot, 'dist/package')
  await makePackage(folder)
  console.log(relative(process.cwd(), folder))
}
