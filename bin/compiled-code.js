// Loads the parts of the bundle with what V8 compiled of them before. Node's own cache (module.enableCompileCache) holds what is compiled
// when a file is loaded, but not the functions that are compiled when they are first called: these are most, and take half of a short run.
'use strict'

const fs = require('fs')
const path = require('path')
const vm = require('vm')

/** Code that was written before the machine last started may not have got to the disk as a whole, and V8 does not look. */
const bootIdFile = '/proc/sys/kernel/random/boot_id'
/** Names of parts have the hash of their content in them. What has none is small. */
const hashedName = /-[\w-]{8}\.cjs$/

/**
 * @param {string | undefined} cacheDirectory where compiled code is kept; undefined keeps none
 * @returns {(file: string) => unknown} loads a file of the bundle, with all that it requires of the others
 */
module.exports = function createLoader(cacheDirectory) {
  const code = cacheDirectory === undefined ? undefined : codeCache(cacheDirectory)
  const loaded = new Map()

  function load(file) {
    const known = loaded.get(file)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    loaded.set(file, module)
    const directory = path.dirname(file)
    const requireFrom = (id) => (id.startsWith('./') ? load(path.join(directory, id)) : require(id))
    const wrapped = `(function (exports, require, module, __filename, __dirname) { ${fs.readFileSync(file, 'utf8')}\n})`
    const script = new vm.Script(wrapped, { filename: file, cachedData: code?.find(file) })
    code?.add(file, script)
    script.runInThisContext().call(module.exports, module.exports, requireFrom, module, file, directory)
    return module.exports
  }
  return load
}

function codeCache(directory) {
  const scripts = new Map()
  let isLacking = false
  let bootId

  function pathOf(file) {
    return path.join(directory, `${process.version}-${process.arch}`, path.basename(file))
  }

  /** Where a part was not there, all are written anew: with the functions of all that this run did. */
  function write() {
    if (!isLacking) return
    // Flags are part of what code is compiled for. This is V8's own value of the one that src/cli/transfer-memory.ts sets.
    require('v8').setFlagsFromString('--semi-space-growth-factor=2')
    for (const [file, { script, stamp }] of scripts) {
      const target = pathOf(file)
      const temporary = `${target}.${process.pid}`
      fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
      fs.writeFileSync(temporary, Buffer.concat([stamp, script.createCachedData()]), { mode: 0o600 })
      fs.renameSync(temporary, target)
    }
  }

  /** What code stands for: V8 itself compares no more than the length of the text that it is of. */
  function stampOf(file) {
    return Buffer.from(`${bootId} ${fs.statSync(file).mtimeMs}\n`)
  }

  try {
    bootId = fs.readFileSync(bootIdFile, 'latin1').trim()
  } catch {
    return undefined
  }
  process.on('exit', () => {
    try {
      write()
    } catch {
      // The next start compiles again.
    }
  })
  return {
    find(file) {
      if (!hashedName.test(file)) return undefined
      try {
        const [bytes, stamp] = [fs.readFileSync(pathOf(file)), stampOf(file)]
        if (bytes.subarray(0, stamp.length).equals(stamp)) return bytes.subarray(stamp.length)
      } catch {
        // It was never written.
      }
      return undefined
    },
    add(file, script) {
      if (!hashedName.test(file)) return
      scripts.set(file, { script, stamp: stampOf(file) })
      isLacking ||= script.cachedDataRejected !== false
    },
  }
}
