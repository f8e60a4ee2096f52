import { makeTerminalRaw } from '../../std/syscalls-process.ts'
import type { Container } from '../../container/container.ts'
import { wrongUsage } from '../errors.ts'

/** What a terminal has that does not say its size. */
const usualSize = { columns: 80, rows: 24 } as const

/** The size of the terminal that the caller has. */
export function terminalSize(): { readonly columns: number; readonly rows: number } {
  const { stdout } = process
  return stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : usualSize
}

/** @throws CliError `wrong-usage` where keys cannot be handed on because nobody types. */
export function checkTerminal({ interactive, tty }: { readonly interactive: boolean; readonly tty: boolean }): void {
  if (interactive && tty && !process.stdin.isTTY) {
    wrongUsage('standard input is no terminal, so -t and -i do not go together', 'Leave out -t.')
  }
}

/**
 * Hands on every key as it is, also Ctrl-C, and every new size, until it is disposed of. However this process ends but for SIGKILL, the
 * terminal is as it was.
 */
export function joinTerminals(container: Container, isInteractive: boolean): Disposable {
  const { stdin, stdout } = process
  using stack = new DisposableStack()
  if (isInteractive && stdin.isTTY) {
    // Node's own raw mode still changes the ends of lines, which programs that draw do not stand.
    const restore = makeTerminalRaw(stdin.fd)
    process.on('exit', restore)
    stack.defer(() => {
      process.off('exit', restore)
      restore()
    })
  }
  const resize = (): void => {
    const { columns, rows } = terminalSize()
    container.resize(columns, rows)
  }
  stdout.on('resize', resize)
  stack.defer(() => stdout.off('resize', resize))
  const moved = stack.move()
  return { [Symbol.dispose]: () => moved.dispose() }
}
