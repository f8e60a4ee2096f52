import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDockerfile } from './parse.ts'
import { runScript, type RunScript } from './run-script.ts'
import { offsetAt } from './source-string.ts'

/** What a RUN runs, in plain strings. */
function scriptOf(run: string): Record<string, unknown> {
  const script = read(run)
  if (script.kind === 'program') return { ...script, arguments: script.arguments.map(({ value }) => value) }
  return script.kind === 'file'
    ? { ...script, content: script.content.value }
    : { ...script, script: script.script.value }
}

function read(run: string): RunScript {
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

test('scripts know where their characters stand', () => {
  const run = 'RUN cat <<A | sh\na\nA'
  const script = read(run)
  assert.ok(script.kind === 'shell')
  assert.equal(offsetAt(script.script, script.script.value.indexOf('\na\n') + 1), `FROM a\n${run}`.indexOf('\na\n') + 1)
})
