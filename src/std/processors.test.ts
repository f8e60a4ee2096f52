import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'

/** In a process of its own: what is tried there stays there. */
function inProcess(script: string): unknown {
  const url = new URL('./processors.ts', import.meta.url).href
  const text = `const { allowedProcessors, confineProcesses, confineThread } = await import(${JSON.stringify(url)});
const { execFileSync, spawn } = await import('node:child_process');
${script}`
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' }))
}

describe('confineProcesses', () => {
  test('holds all threads of this process and of its children, and lets them go again', () => {
    const counts = inProcess(`
const all = allowedProcessors()
const child = spawn('sleep', ['60'])
const masks = () => [process.pid, child.pid].flatMap((pid) =>
  execFileSync('taskset', ['-a', '-c', '-p', String(pid)], { encoding: 'utf8' }).trim().split('\\n').map((line) => line.split(': ')[1]))
const free = new Set(masks())
confineProcesses(all.slice(0, 1))
const held = new Set(masks())
const own = allowedProcessors()
confineProcesses(all)
const freed = new Set(masks())
child.kill()
console.log(JSON.stringify({ held: [...held], first: String(all[0]), own, isFreed: [...free].join() === [...freed].join() }))`)
    assert.ok(typeof counts === 'object' && counts !== null)
    const { held, first, own, isFreed } = { held: [], first: '', own: [], isFreed: false, ...counts }
    assert.deepEqual(held, [first])
    assert.deepEqual(own, [Number(first)])
    assert.equal(isFreed, true)
  })

  test('says that there are no such processors', () => {
    const said = inProcess(`let code; try { confineThread([1023]) } catch (error) { code = error.code }
console.log(JSON.stringify(code))`)
    assert.equal(said, 'EINVAL')
  })
})
