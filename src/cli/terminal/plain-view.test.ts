import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PlainView } from './plain-view.ts'
import { rawJsonView } from './rawjson-view.ts'

describe('PlainView', () => {
  test('writes a line for each beginning, end and notice, and now and then for what takes long', () => {
    const lines: string[] = []
    let nowMs = 0
    const view = new PlainView(
      (line) => lines.push(line),
      () => nowMs,
    )
    view.emit({ type: 'task-started', id: 'a', title: 'layer 1f2e', totalBytes: 20_000_000 })
    view.emit({ type: 'task-started', id: 'b', title: 'manifest', totalBytes: undefined })
    view.emit({ type: 'task-done', id: 'b', outcome: 'already there' })
    for (nowMs = 100; nowMs <= 12_000; nowMs += 100) {
      view.emit({ type: 'task-progress', id: 'a', bytes: nowMs * 1000 })
    }
    view.emit({ type: 'notice', level: 'warning', message: 'slow' })
    view.emit({ type: 'task-failed', id: 'a', message: 'the line was cut' })
    assert.deepEqual(lines, [
      'layer 1f2e (20MB)',
      'manifest',
      'manifest: already there',
      'layer 1f2e: 5MB of 20MB (25%), 1MB/s',
      'layer 1f2e: 10MB of 20MB (50%), 1MB/s',
      'warning: slow',
      'layer 1f2e: failed: the line was cut',
    ])
  })

  test('numbers steps of a build, and writes their output with its time', () => {
    const lines: string[] = []
    let nowMs = 0
    const view = new PlainView(
      (line) => lines.push(line),
      () => nowMs,
    )
    const start = (id: string, title: string): void =>
      view.emit({ type: 'task-started', id, title, totalBytes: undefined, kind: 'step' })
    const say = (id: string, text: string): void => view.emit({ type: 'task-output', id, stream: 'stderr', text })
    start('a', '[build 2/3] RUN npm ci')
    nowMs = 123
    say('a', 'fetching\n 1%\r 99%')
    say('a', '\r100%\nno line\x1b[2J end')
    start('b', '[test 2/2] RUN make')
    nowMs = 1200
    say('a', '\n')
    view.emit({ type: 'task-done', id: 'b', outcome: 'cached' })
    start('c', '[lint 2/2] RUN lint')
    say('a', 'last')
    view.emit({ type: 'task-failed', id: 'a', message: 'it ended with status 1' })
    view.emit({ type: 'task-failed', id: 'c', message: 'it ended with status 1' })
    assert.deepEqual(lines, [
      '#1 [build 2/3] RUN npm ci',
      '#1 0.123 fetching',
      '#1 0.123 100%',
      '#2 [test 2/2] RUN make',
      '#1 [build 2/3] RUN npm ci',
      '#1 1.200 no line end',
      '#2 CACHED',
      '',
      '#3 [lint 2/2] RUN lint',
      '#1 [build 2/3] RUN npm ci',
      '#1 1.200 last',
      '#1 ERROR: it ended with status 1',
      '',
      '#3 CANCELED',
      '',
    ])
  })
})

describe('rawJsonView', () => {
  test('writes each event as a line of JSON with its time', () => {
    const lines: string[] = []
    const view = rawJsonView(
      (line) => lines.push(line),
      () => 0,
    )
    view.emit({ type: 'task-started', id: 'a', title: 'two\nlines', totalBytes: undefined })
    view.emit({ type: 'task-done', id: 'a', outcome: 'downloaded' })
    assert.deepEqual(lines, [
      String.raw`{"time":"1970-01-01T00:00:00.000Z","type":"task-started","id":"a","title":"two\nlines"}`,
      '{"time":"1970-01-01T00:00:00.000Z","type":"task-done","id":"a","outcome":"downloaded"}',
    ])
  })
})
