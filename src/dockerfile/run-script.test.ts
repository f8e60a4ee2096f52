import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerfile } from './parse.ts'
import { runScript, type RunScript } from './run-script.ts'

function scriptOf(run: string): RunScript {
  const instruction = parseDockerfile(`FROM a\n${run}\n`).document.instructions[1]
  assert.ok(instruction?.kind === 'run')
  return runScript(instruction)
}

test('the exec form is a program', () => {
  assert.deepEqual(scriptOf('RUN ["a", "b c"]'), { kind: 'program', arguments: ['a', 'b c'] })
})

test('the shell form is a script', () => {
  assert.deepEqual(scriptOf('RUN a \\\n  && b'), { kind: 'shell', script: 'a   && b' })
})

test('a here-document that stands alone is the script', () => {
  assert.deepEqual(scriptOf('RUN <<EOF\na\nb\nEOF'), { kind: 'shell', script: 'a\nb\n' })
  assert.deepEqual(scriptOf('RUN --network=none <<-EOF\n\ta\n\tEOF'), { kind: 'shell', script: 'a\n' })
})

test('one that begins with #! is a file', () => {
  const content = '#!/usr/bin/env node\na()\n'
  assert.deepEqual(scriptOf(`RUN <<x.js\n${content}x.js`), { kind: 'file', name: 'x.js', content })
})

test('others are left to the shell as they stand', () => {
  assert.deepEqual(scriptOf('RUN cat <<-A <<B | sh\n\ta\nA\nb\nB'), {
    kind: 'shell',
    script: 'cat <<-A <<B | sh\n\ta\nA\nb\nB',
  })
})
