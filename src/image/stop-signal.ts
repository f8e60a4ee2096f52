import { constants } from 'node:os'

/** The signal that an image names: `SIGQUIT`, `QUIT` or `3`. Undefined for what this machine does not know. */
export function readSignal(text: string | undefined): NodeJS.Signals | undefined {
  if (text === undefined || text === '') return undefined
  const upper = text.toUpperCase()
  const names = Object.entries(constants.signals)
  const found = names.find(([name, number]) => name === upper || name === `SIG${upper}` || String(number) === text)
  return found !== undefined && isSignal(found[0]) ? found[0] : undefined
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name)
}
