import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Visitor } from 'rolldown/utils'
import { object, string } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import { repositoryRoot } from '../../tools/source-tree.ts'
import { parseSource } from '../../tools/syntax.ts'

const command = join(repositoryRoot, 'bin/wherry.js')

interface Ended {
  readonly status: number | string | null | undefined
  readonly stdout: string
  readonly stderr: string
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : error.code, stdout, stderr }),
    )
  })
}

/** Runs the command on this Node, which says that it is another. */
function runAs(version: string): Promise<Ended> {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
  return run(process.execPath, [
    '--import',
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    command,
    '--version',
  ])
}

/** A Node on this machine, outside of the repository, that is too old, if there is one. */
function findOldNode(): string | undefined {
  const candidates = ['/usr/bin/node', '/usr/local/bin/node']
  return candidates.find((path) => {
    try {
      return execFileSync(path, ['-p', 'parseInt(process.versions.node) < 24'], { encoding: 'utf8' }).trim() === 'true'
    } catch {
      return false
    }
  })
}

/** Syntax that Node 8 does not know. */
function newSyntax(text: string): readonly string[] {
  const found: string[] = []
  const add = (node: { readonly type: string }): number => found.push(node.type)
  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportDefaultDeclaration: add,
    ImportExpression: add,
    MetaProperty: add,
    ChainExpression: add,
    PropertyDefinition: add,
    SpreadElement: add,
    LogicalExpression: (node) => (node.operator === '??' ? add(node) : undefined),
    CatchClause: (node) => (node.param === null ? add(node) : undefined),
    Literal: (node) => ('bigint' in node ? add(node) : undefined),
  }).visit(parseSource(text, 'wherry.js').program)
  return found
}

describe('the command on a Node that is too old', () => {
  const message = (version: string): RegExp =>
    new RegExp(`^wherry needs Node 24\\.12 or newer\\. This is Node ${version}, `)

  for (const version of ['8.17.0', '23.11.1', '24.11.9']) {
    test(`says which version it needs and which ${version} is, and exits 2`, async () => {
      const { status, stdout, stderr } = await runAs(version)
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, message(version))
    })
  }

  // Not skipped where there is none, since the tests above hold everywhere.
  const oldNode = findOldNode()
  if (oldNode !== undefined) {
    test('does so on a real one', async () => {
      const { status, stdout, stderr } = await run(oldNode, [command, '--version'])
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, message('\\d+\\.\\d+\\.\\d+'))
    })
  }

  test('starts on the oldest that works, which package.json names too', async () => {
    const schema = object({ engines: object({ node: string() }) })
    const { engines } = parseJson(await readFile(join(repositoryRoot, 'package.json')), schema, 'package.json')
    assert.equal(engines.node, '>=24.12')
    assert.equal((await runAs('24.12.0')).status, 0)
  })

  test('is reached: the first file has no syntax that an old Node cannot read', async () => {
    assert.deepEqual(newSyntax(await readFile(command, 'utf8')), [])
    assert.deepEqual(newSyntax('a?.b ?? import("c")').toSorted(), [
      'ChainExpression',
      'ImportExpression',
      'LogicalExpression',
    ])
  })
})
