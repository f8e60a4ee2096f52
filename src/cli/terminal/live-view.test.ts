import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProgressEvent } from '../../std/events.ts'
import { FakeTerminal } from '../../../test/support/fake-terminal.ts'
import { LiveView } from './live-view.ts'
import { colourStyle, plainStyle } from '../../std/style.ts'
import { textWidth } from '../../std/text-width.ts'

function start(columns: number, rows: number, style = plainStyle) {
  const terminal = new FakeTerminal(columns, rows)
  const time = { ms: 0 }
  const view = new LiveView(terminal, style, () => time.ms)
  const at = (ms: number, ...events: readonly ProgressEvent[]): void => {
    time.ms = ms
    for (const event of events) view.emit(event)
    view.tick()
  }
  return { terminal, view, at }
}

const started = (id: string, title: string, totalBytes?: number): ProgressEvent => ({
  type: 'task-started',
  id,
  title,
  totalBytes,
})
const moved = (id: string, bytes: number): ProgressEvent => ({ type: 'task-progress', id, bytes })
const done = (id: string, outcome: string): ProgressEvent => ({ type: 'task-done', id, outcome })

describe('LiveView', () => {
  test('draws bars in place, and scrolls away what is done', () => {
    const { terminal, view, at } = start(80, 24)
    at(0, started('a', 'layer 1f2e3d4c5b6a', 40_000_000), started('b', 'layer 9a8b7c6d5e4f', 8_000_000))
    at(1000, moved('a', 10_000_000), moved('b', 4_000_000))
    assert.equal(
      terminal.text,
      `layer 1f2e3d4c5b6a  ━━━━━━━─────────────────────  10MB of 40MB  10MB/s  3s left
layer 9a8b7c6d5e4f  ━━━━━━━━━━━━━━──────────────    4MB of 8MB   4MB/s  1s left
2 running, 0 done, 14MB/s`,
    )
    at(2000, moved('a', 20_000_000), moved('b', 8_000_000), done('b', 'downloaded'))
    assert.equal(
      terminal.text,
      `✓ layer 9a8b7c6d5e4f downloaded 8MB in 2.0s
layer 1f2e3d4c5b6a  ━━━━━━━━━━━━━━──────────────  20MB of 40MB  10MB/s  2s left`,
    )
    at(4000, moved('a', 40_000_000), done('a', 'downloaded'))
    view.close()
    assert.equal(
      terminal.text,
      `✓ layer 9a8b7c6d5e4f downloaded 8MB in 2.0s
✓ layer 1f2e3d4c5b6a downloaded 40MB in 4.0s`,
    )
  })

  test('hides the cursor while it draws and shows it again, also when closed in the middle or twice', () => {
    const { terminal, view, at } = start(80, 24)
    at(0, started('a', 'layer', 100))
    assert.equal(terminal.cursorVisible, false)
    view.close()
    view.close()
    assert.equal(terminal.cursorVisible, true)
    assert.equal(terminal.text, '')
  })

  test('draws nothing for what ends before the next tick', () => {
    const { terminal, view, at } = start(80, 24)
    view.emit(started('a', 'layer', 100))
    at(50, done('a', 'already there'))
    view.close()
    assert.equal(terminal.text, '✓ layer already there')
    assert.equal(terminal.cursorVisible, true)
  })

  test('shows no more lines than fit, and says how many it hides', () => {
    const { terminal, at } = start(60, 5)
    at(0, ...Array.from({ length: 9 }, (_, index) => started(`${index}`, `layer ${index}`)))
    assert.equal(terminal.text, ['layer 0', 'layer 1', 'layer 2', '9 running (6 not shown), 0 done'].join('\n'))
  })

  test('drops the bar, then the time, the speed and the amount where it is narrow, and cuts wide titles', () => {
    for (const columns of [1, 10, 20, 30, 40, 50, 60, 80, 200]) {
      const { terminal, at } = start(columns, 24, colourStyle)
      at(0, started('a', '日本語のとても長い名前のレイヤー', 40_000_000))
      at(1000, moved('a', 10_000_000))
      for (const line of terminal.text.split('\n'))
        assert.ok(textWidth(line) < Math.max(2, columns), `${columns}: ${line}`)
    }
    const { terminal, at } = start(40, 24)
    at(0, started('a', '日本語のとても長い名前のレイヤー', 40_000_000))
    at(1000, moved('a', 10_000_000))
    assert.equal(terminal.text, '日本語のとても長…  10MB of 40MB  10MB/s')
  })

  test('leaves no remains when the terminal becomes narrower', () => {
    const { terminal, view, at } = start(80, 24)
    at(0, { type: 'notice', level: 'info', message: 'before' }, started('a', 'layer 1f2e3d4c5b6a', 40_000_000))
    at(1000, moved('a', 10_000_000))
    terminal.resize(30, 24)
    at(1100, moved('a', 11_000_000))
    assert.equal(terminal.text, 'before\nlayer 1f2e3d…  11MB of 40MB')
    view.close()
    assert.equal(terminal.text, 'before')
  })

  test('makes room for a result, and comes back behind it', () => {
    const { terminal, view, at } = start(80, 24)
    at(0, started('a', 'layer'), started('b', 'other'))
    view.emit(done('b', 'downloaded'))
    view.clear()
    terminal.write('result\n')
    at(100)
    assert.equal(terminal.text, '✓ other downloaded\nresult\nlayer')
  })

  test('lets no title, outcome or message steer the terminal', () => {
    const { terminal, view, at } = start(80, 24)
    at(0, started('a', 'evil\x1b[2J'), { type: 'notice', level: 'warning', message: '\x1b]0;title\x07' })
    at(100, { type: 'task-failed', id: 'a', message: 'gone\r' })
    view.close()
    assert.equal(
      terminal.text,
      String.raw`warning: \x1b]0;title\x07
✗ evil\x1b[2J: gone\x0d`,
    )
  })

  describe('of steps of a build', () => {
    const step = (id: string, title: string): ProgressEvent => ({ ...task(id, title), kind: 'step' })
    const task = (id: string, title: string) => ({ type: 'task-started', id, title, totalBytes: undefined }) as const
    const said = (id: string, text: string): ProgressEvent => ({ type: 'task-output', id, stream: 'stdout', text })

    test('shows the running time and the last that their programs said', () => {
      const { terminal, view, at } = start(40, 24)
      at(0, step('a', '[build 2/3] RUN npm ci'), step('b', '[test 2/2] RUN make'))
      at(1500, said('a', 'one\ntwo\n10%\r20%'), said('b', '\x1b[31mred\x1b[0m\ttext\n'))
      assert.equal(
        terminal.text,
        `[build 2/3] RUN npm ci             1.5s
  one
  two
  20%
[test 2/2] RUN make                1.5s
  red    text`,
      )
      at(2000, done('a', 'done'), { type: 'task-failed', id: 'b', message: 'it ended with status 1' })
      view.close()
      assert.equal(terminal.text, '✓ [build 2/3] RUN npm ci 2.0s\n✗ [test 2/2] RUN make ERROR')
    })

    test('says which were in the cache, and which were stopped because another failed', () => {
      const { terminal, view, at } = start(40, 24)
      const failed = (id: string): ProgressEvent => ({ type: 'task-failed', id, message: 'no' })
      at(0, step('a', 'COPY'), done('a', 'cached'), step('b', 'RUN b'), step('c', 'RUN c'), failed('b'), failed('c'))
      view.close()
      assert.equal(terminal.text, '✓ COPY CACHED\n✗ RUN b ERROR\n- RUN c CANCELED')
    })

    test('shares the rows among them, and keeps some for transfers', () => {
      const { terminal, at } = start(40, 8)
      const lines = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join('')
      at(0, step('a', 'RUN a'), step('b', 'RUN b'), said('a', lines), said('b', lines), started('c', 'layer'))
      assert.equal(
        terminal.text.replaceAll(/ +0.0s/g, ''),
        ['RUN a', '  line 28', '  line 29', 'RUN b', '  line 28', '  line 29', 'layer'].join('\n'),
      )
    })

    test('cuts titles and output where the terminal ends', () => {
      for (const columns of [1, 9, 20, 60]) {
        const { terminal, at } = start(columns, 24, colourStyle)
        at(0, step('a', `RUN ${'x'.repeat(200)}`), said('a', 'y'.repeat(9000)))
        for (const line of terminal.text.split('\n'))
          assert.ok(textWidth(line) < Math.max(2, columns), `${columns}: ${line}`)
      }
    })
  })
})
