/**
 * The main job on one example, `npm run demo`: a Go server as tutorials write it, made small and proved to answer as before.
 * Prints the Dockerfile and the card. The base image is made first, of Debian's packages; it and all else is kept in a store of
 * the demo's own. Further words are handed to `wherry slim`.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { makeExampleBases, wherry } from './bases.ts'

const store = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'wherry/demo')
const app = join(import.meta.dirname, 'go')
// Nothing is written beside the example. A network that looks into TLS is usual, and its authority does not stay in images.
const words = [
  'slim',
  '--tag',
  'example/go:slim',
  '--output',
  '-',
  '--ca-certificates',
  'host',
  ...process.argv.slice(2),
  app,
]

await makeExampleBases(store, ['golang:1'])
process.exitCode = await wherry(store, words)
