import type { progressModes } from './global-options.ts'
import { LiveView } from './terminal/live-view.ts'
import { PlainView } from './terminal/plain-view.ts'
import { quietView, type ProgressView } from './terminal/progress-view.ts'
import { rawJsonView } from './terminal/rawjson-view.ts'
import { styleFor } from '../std/style.ts'

type ProgressMode = (typeof progressModes)[number]

const redrawEveryMs = 100

/** The view for a mode on this process' standard error. `auto` is bars on a terminal and plain lines elsewhere. */
export function createProgressView(mode: ProgressMode, environment: NodeJS.ProcessEnv): ProgressView {
  const { stderr } = process
  const now = (): number => Date.now()
  const writeLine = (line: string): void => {
    stderr.write(`${line}\n`)
  }
  switch (mode) {
    case 'quiet':
      return quietView
    case 'rawjson':
      return rawJsonView(writeLine, now)
    case 'plain':
      return new PlainView(writeLine, now)
    case 'auto':
      return stderr.isTTY && environment['TERM'] !== 'dumb'
        ? liveView(stderr, environment, now)
        : new PlainView(writeLine, now)
  }
}

function liveView(stderr: NodeJS.WriteStream, environment: NodeJS.ProcessEnv, now: () => number): ProgressView {
  const canvas = {
    get size() {
      return { columns: stderr.columns || 80, rows: stderr.rows || 24 }
    },
    write: (text: string): void => {
      stderr.write(text)
    },
  }
  const view = new LiveView(canvas, styleFor(true, environment), now)
  // It must not keep the process alive, and the terminal must be left in order however the process ends.
  const timer = setInterval(() => view.tick(), redrawEveryMs).unref()
  const close = (): void => {
    clearInterval(timer)
    process.off('exit', close)
    view.close()
  }
  process.on('exit', close)
  return { emit: (event) => view.emit(event), clear: () => view.clear(), close }
}
