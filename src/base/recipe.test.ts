import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory } from '../std/temporary.ts'
import { builtInRecipes } from './built-in-recipes.ts'
import { BaseError } from './errors.ts'
import { composeRecipe, parseRecipe, readRecipe } from './recipe.ts'

async function failure(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    assert.ok(error instanceof BaseError)
    return `${error.code}: ${error.message}\nhint: ${error.hint ?? ''}`
  }
  assert.fail('it was accepted')
}

describe('parseRecipe', () => {
  test('reads what a recipe may hold', () => {
    const text = `
extends: cc
packages: [nodejs, 'tzdata=2026*']
exclude: { packages: [node-corepack], paths: ['/usr/share/doc', '!/usr/share/doc/*/copyright'] }
files: [{ path: /etc/app.conf, content: "a\\n", mode: '0600', owner: '65532:65532' }]
links: { /usr/bin/python: python3 }
users: [{ name: app, uid: 1000, home: /app }]
environment: { A: b }
ports: ['8080']
`
    assert.deepEqual(parseRecipe(text, 'my.yaml'), {
      extends: 'cc',
      packages: ['nodejs', 'tzdata=2026*'],
      exclude: { packages: ['node-corepack'], paths: ['/usr/share/doc', '!/usr/share/doc/*/copyright'] },
      files: [{ path: '/etc/app.conf', content: 'a\n', mode: '0600', owner: '65532:65532' }],
      links: { '/usr/bin/python': 'python3' },
      users: [{ name: 'app', uid: 1000, home: '/app' }],
      environment: { A: 'b' },
      ports: ['8080'],
    })
  })

  test('points at an unknown key and names the one that was meant', async () => {
    assert.equal(
      await failure(() => parseRecipe('extends: cc\npackage: [nodejs]\n', 'my.yaml')),
      `bad-recipe: my.yaml:2:1: package: unknown key
2 | package: [nodejs]
  | ^^^^^^^
hint: Did you mean packages?`,
    )
  })

  test('points at a key that is unknown further in', async () => {
    assert.match(
      await failure(() => parseRecipe('exclude:\n  path: [/usr/share/doc]\n', 'my.yaml')),
      /^bad-recipe: my\.yaml:2:3: exclude\.path: unknown key\n2 \| {3}path: [^]*hint: Did you mean paths\?$/,
    )
  })

  test('points at a value that does not fit', async () => {
    assert.match(
      await failure(() => parseRecipe('packages: nodejs\n', 'my.yaml')),
      /^bad-recipe: my\.yaml:1:11: packages: must be a list of packages\n/,
    )
    assert.match(
      await failure(() => parseRecipe('files:\n  - path: etc/app.conf\n', 'my.yaml')),
      /my\.yaml:2:11: files\.0\.path: must be a path that begins with a slash/,
    )
    assert.match(
      await failure(() => parseRecipe('packages: [nodejs, "node js"]\n', 'my.yaml')),
      /my\.yaml:1:20: packages\.1: /,
    )
  })

  test('points at YAML that is none', async () => {
    assert.match(await failure(() => parseRecipe('packages: [a\n', 'my.yaml')), /^bad-recipe: my\.yaml:\d+:\d+: /)
  })
})

describe('readRecipe', () => {
  test('finds a recipe by its name, with all that it extends', async () => {
    const chain = await readRecipe('node', '/')
    assert.equal(chain.name, 'node')
    assert.deepEqual(
      chain.links.map(({ name }) => name),
      ['static', 'base', 'cc', 'node'],
    )
  })

  test('finds each recipe that comes with wherry', async () => {
    for (const name of builtInRecipes.keys()) assert.equal((await readRecipe(name, '/')).links.at(-1)?.name, name)
  })

  test('names the recipe that was meant', async () => {
    assert.equal(
      await failure(() => readRecipe('pyton', '/')),
      'unknown-recipe: there is no recipe "pyton"\nhint: Did you mean python?',
    )
    assert.match(await failure(() => readRecipe('xyzzyxyzzy', '/')), /hint: There is static, base, cc, /)
  })

  test('reads files, which see what they extend from their own folder', async () => {
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'lower.yaml'), 'extends: static\npackages: [a]\n')
    await writeFile(join(folder.path, 'upper.yml'), 'extends: ./lower.yaml\npackages: [b]\n')
    const chain = await readRecipe('upper.yml', folder.path)
    assert.deepEqual(
      chain.links.map(({ name }) => name),
      ['static', 'lower', 'upper'],
    )
  })

  test('refuses a file that is not there', async () => {
    await using folder = await temporaryDirectory()
    assert.match(await failure(() => readRecipe('./my.yaml', folder.path)), /^unknown-recipe: .*there is no such file/)
  })

  test('refuses recipes that extend each other', async () => {
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'a.yaml'), 'extends: ./b.yaml\n')
    await writeFile(join(folder.path, 'b.yaml'), 'extends: ./a.yaml\n')
    assert.match(
      await failure(() => readRecipe('./a.yaml', folder.path)),
      /^bad-recipe: the recipes that a extends extend each other in a circle: a, b, a/,
    )
  })
})

describe('composeRecipe', () => {
  test('takes a recipe that is in no file', async () => {
    const chain = await composeRecipe('mine', { extends: 'base', packages: ['nodejs'] })
    assert.deepEqual(
      chain.links.map(({ name }) => name),
      ['static', 'base', 'mine'],
    )
  })
})
