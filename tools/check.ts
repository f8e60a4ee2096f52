/** The one gate: everything that must hold before a change goes in. One line for each step, and the output of what failed. */
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { repositoryRoot } from './source-tree.ts'

interface Step {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

const steps: readonly Step[] = [
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'unused files, exports, packages', command: ['knip', '--no-progress'] },
  { name: 'floors, circles, tidiness', command: ['node', 'tools/run-tests.ts', '--failures', 'test/house'] },
  { name: 'unit tests', command: ['node', 'tools/run-tests.ts', '--failures', 'src'] },
]

/** Runs a program of the repository's own, also where this was not started by npm. */
function runProgram([program, ...args]: Step['command']): Promise<{
  readonly passed: boolean
  readonly output: string
}> {
  return new Promise((resolve, reject) => {
    const path = [join(repositoryRoot, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
    const child = spawn(program, args, {
      cwd: repositoryRoot,
      env: { ...process.env, PATH: path, [process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR']: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk))
    }
    child.on('error', reject)
    child.on('close', (status) => resolve({ passed: status === 0, output: output.join('') }))
  })
}

for (const step of steps) {
  const startedMs = performance.now()
  const { passed, output } = await runProgram(step.command)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${seconds.padStart(5)} s  ${step.name}`)
  if (passed) continue
  console.log(output.trimEnd())
  process.exitCode = 1
}
