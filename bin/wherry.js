#!/bin/sh
':' //; exec node -- "$0" "$@"
// For a shell, the line above starts Node; for Node, it says nothing. Without `--`, Node would take an --env-file of ours for one of its
// own: it would refuse one that is not there, and do what a NODE_OPTIONS in it says. Not every env(1) can pass `--` on.
//
// The command's first file. It is written in old JavaScript, so that a Node of any age can read it and say that it is too
// old; everything else may use what the oldest Node that works has.
'use strict'

var needed = [24, 12]

var version = process.versions.node
var numbers = version.split('.').map(Number)
if (numbers[0] < needed[0] || (numbers[0] === needed[0] && numbers[1] < needed[1])) refuse()
else start()

function refuse() {
  var parts = [
    'wherry needs Node ',
    needed.join('.'),
    ' or newer. This is Node ',
    version,
    ', ',
    process.execPath,
    '\n',
  ]
  process.stderr.write(parts.join(''))
  process.exitCode = 2
}

function start() {
  var fs = require('fs')
  var path = require('path')
  var cache = compiledCodeFolder(path)
  // Of what is not in the bundle, Node keeps compiled code itself. It ignores a folder that it cannot write.
  if (cache) require('module').enableCompileCache(cache)
  var source = path.join(__dirname, '../src/cli/main.ts')
  var main = fs.existsSync(source)
    ? require(source).main
    : require('./compiled-code.js')(cache)(path.join(__dirname, '../dist/main.cjs')).main
  main(process.argv.slice(2)).then(exitWith)
}

function exitWith(status) {
  process.exitCode = status
}

// The next start skips parsing.
function compiledCodeFolder(path) {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return undefined
  var home = process.env.XDG_CACHE_HOME || (process.env.HOME && path.join(process.env.HOME, '.cache'))
  return home && path.isAbsolute(home) ? path.join(home, 'wherry/compile-cache') : undefined
}
