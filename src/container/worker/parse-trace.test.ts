import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TraceReader } from './parse-trace.ts'

function missingOf(lines: readonly string[], programsBefore = 0): readonly string[] {
  const reader = new TraceReader({ pid: 7, workingDirectory: '/app', programsBefore })
  for (const line of lines) reader.add(line)
  return reader.missing
}

const start = '7     execve("/app/server", ["/app/server"], 0x7ffe /* 3 vars */) = 0'

test('what was not found is told once and in order, whichever call looked for it', () => {
  const lines = [
    '5     openat(AT_FDCWD</>, "/of/the/runtime", O_RDONLY) = -1 ENOENT (No such file or directory)',
    '7     access("/before", F_OK) = -1 ENOENT (No such file or directory)',
    start,
    '5     openat(AT_FDCWD</>, "/of/the/runtime", O_RDONLY) = -1 ENOENT (No such file or directory)',
    '7     openat(AT_FDCWD</app>, "lib/../a", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)',
    '7     openat(AT_FDCWD</app>, "/there", O_RDONLY) = 3</there>',
    '7     newfstatat(3</data>, "b", 0x7ffc, 0) = -1 ENOENT (No such file or directory)',
    '7     stat("c \\"\\303\\244", 0x7ffc) = -1 ENOENT (No such file or directory)',
    '7     mkdir("/made/of/nothing", 0777) = -1 ENOENT (No such file or directory)',
    '7     readlink("/proc/self/none", 0x1, 2) = -1 ENOENT (No such file or directory)',
    '7     access("/app/a", R_OK) = -1 ENOENT (No such file or directory)',
  ]
  assert.deepEqual(missingOf(lines), ['/app/a', '/data/b', '/app/c "ä'])
})

test('calls that others interrupt and working directories of children are followed', () => {
  const lines = [
    start,
    '7     clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 8',
    '8     chdir("/data")                    = 0',
    '8     stat("x", <unfinished ...>',
    '7     stat("x", 0x7ffc) = -1 ENOENT (No such file or directory)',
    '8     <... stat resumed>0x7ffd) = -1 ENOENT (No such file or directory)',
  ]
  assert.deepEqual(missingOf(lines), ['/app/x', '/data/x'])
})

test('of a runtime that is a program of ours first nothing is told', () => {
  const first = '7     execve("/usr/bin/node", ["node"], 0x7ffe /* 3 vars */) = 0'
  const ours = '7     access("/ours", F_OK) = -1 ENOENT (No such file or directory)'
  assert.deepEqual(missingOf([first, ours, start, ours.replace('ours', 'app')], 1), ['/app'])
})
