import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scanJavaScript } from './javascript.ts'
import { scanPython } from './python-imports.ts'
import { isShellScript, shebangNeeds, shellNeeds } from './scripts.ts'
import { wasteInUnit } from './waste.ts'

describe('imports of JavaScript', () => {
  const specifiers = (text: string): readonly string[] => [...scanJavaScript(text).specifiers].toSorted()

  test('are found however they are written', () => {
    const text = `
import a from 'a'
import 'b'
import{c}from"c";export * from './d.js'
const e = require("e"), f = require.resolve ( 'f' )
await import(\`g\`); import(/* webpackChunkName: "x" */ 'h')
export { default as i } from 'i/sub'
new Worker('./worker.js'); new URL('./data.json', import.meta.url)
`
    const found = ['a', 'b', 'c', './d.js', 'e', 'f', 'g', 'h', 'i/sub', './worker.js', './data.json']
    assert.deepEqual(specifiers(text), found.toSorted())
    assert.equal(scanJavaScript(text).isOpen, false)
  })

  test('by names that only running would tell are told', () => {
    for (const text of ['require(name)', 'import(`./x/${name}.js`)', "require('./a/' + name)", 'require(join(a, b))'])
      assert.equal(scanJavaScript(text).isOpen, true, text)
    for (const text of ["require('a')", 'import x from "y"', 'import.meta.url', 'const required = (x)'])
      assert.equal(scanJavaScript(text).isOpen, false, text)
  })
})

describe('imports of Python', () => {
  const modules = (text: string): readonly string[] =>
    scanPython(text).flatMap(({ module, level, names }) => [
      `${'.'.repeat(level)}${module}`,
      ...names.map((name) => `${'.'.repeat(level)}${module}:${name}`),
    ])

  test('are found however they are written', () => {
    const text = `
import a, b.c as d
from e.f import g as h, i
from . import j
from ..k import (
    l,  # why
    m as n,
)
def later():
    import o; from p import q
try: import r
except ImportError: pass
from s import \\
    t
if x: import_module("u.v")
`
    const found = 'a b.c e.f e.f:g e.f:i . .:j ..k ..k:l ..k:m o p p:q r s s:t u.v'.split(' ')
    assert.deepEqual(modules(text).toSorted(), found.toSorted())
  })

  test('are not those that stand in texts and comments', () => {
    assert.deepEqual(modules('"""\nimport a\n"""\n# import b\nx = "import c"\n\'\'\'\nfrom d import e'), [])
  })
})

describe('what a script needs', () => {
  const programs = new Map(
    ['sh', 'bash', 'env', 'python3', 'sed', 'nginx', 'curl', 'rm', 'gosu'].map((name) => [name, `/bin/${name}`]),
  )
  const search = { find: (name: string): string | undefined => programs.get(name.replace('/bin/', '')) }
  const paths = (needs: readonly { readonly path: string }[]): readonly string[] => needs.map(({ path }) => path)

  test('is its interpreter, also behind env', () => {
    assert.deepEqual(paths(shebangNeeds('#!/bin/bash -eu\n', search)), ['/bin/bash'])
    assert.deepEqual(paths(shebangNeeds('#! /usr/bin/env -S A=b python3 -u\n', search)), [
      '/usr/bin/env',
      '/bin/python3',
    ])
    assert.deepEqual(shebangNeeds('no script', search), [])
    assert.ok(isShellScript('#!/usr/bin/env bash\n') && !isShellScript('#!/usr/bin/python3\n'))
  })

  test('is the programs that it runs, not its functions nor what is not there', () => {
    const script = `#!/bin/sh
curl() { echo; }
if command -v python3; then curl; fi
find . | xargs rm -f
. /etc/settings
exec gosu user nginx -g "$1"
x=$(sed s/a/b/ file) missing
`
    assert.deepEqual(paths(shellNeeds(script, search)).toSorted(), [
      '/bin/gosu',
      '/bin/nginx',
      '/bin/python3',
      '/bin/rm',
      '/bin/sed',
      '/etc/settings',
    ])
  })
})

test('what is in a package and is never read is known by its name', () => {
  const cause = (path: string, kind: 'node' | 'python'): string | undefined => wasteInUnit(path, kind)?.cause
  assert.deepEqual(
    [
      'test/a.js',
      'lib/__tests__/a.js',
      'index.d.ts',
      'dist/a.js.map',
      'README.md',
      'docs/a.html',
      'src/a.cc',
      'a.ts',
    ].map((path) => cause(path, 'node')),
    ['test', 'test', 'source', 'source', 'documentation', 'documentation', 'source', 'source'],
  )
  for (const path of ['index.js', 'LICENSE.md', 'dist/doc/a.js', 'docs/a.js', 'lib/test/a.js', 'package.json'])
    assert.equal(cause(path, 'node'), undefined, path)
  assert.deepEqual(
    ['a/tests/x.py', 'a.pyi', 'a/__pycache__/b.cpython-313.pyc', 'a.pyx'].map((path) => cause(path, 'python')),
    [...['test', 'source', 'cache', 'source']],
  )
  for (const path of ['a/test/client.py', 'a/templates/x.html', 'a.dist-info/METADATA', 'a/history.py'])
    assert.equal(cause(path, 'python'), undefined, path)
})
