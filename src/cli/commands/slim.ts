import { defineCommand } from '../command.ts'
import { slimOptions } from '../slim/options.ts'

export const definition = defineCommand(
  {
    arguments: {
      source: {
        kind: 'one',
        name: 'CONTEXT',
        completes: 'directory',
        summary: 'A folder with a Dockerfile, or whatever build takes; or the name of an image, without its Dockerfile',
      },
      command: { kind: 'any', name: 'COMMAND', summary: "What to run, in place of the image's CMD" },
    },
    options: slimOptions,
    notes: [
      'Builds the Dockerfile as it stands, runs the image twice, asks it and sees which files it opens. What it needs is written as a ' +
        'Dockerfile: your own, with a final stage that holds those files and nothing else. That is built, run with as few rights as ' +
        'it works with, and asked the same. What is missing is given back and tried again.',
      'The status is 1 where the slim image could not be proved to answer as the other does: then the file says so, and the image gets ' +
        'no name. It is 1, too, where the slim image does not keep --budget or the budget of .wherry.yaml (see wherry compare): ' +
        'then it is not pushed.',
      'Without probes the app is asked GET / on its ports, what that leads to, its OpenAPI document and its health check. A ' +
        'command that ends by itself is run to its end. The more is asked, the more is proved.',
      'With --output - the Dockerfile goes to standard output, and the card to standard error.',
      'The app has a network of its own, from which it reaches nobody: --network private or host if it needs others.',
    ],
    examples: [
      { line: 'wherry slim .', summary: 'Slim what the Dockerfile of this folder makes' },
      { line: "wherry slim -t app:slim --probe 'GET /users' --probe 'GET /login' .", summary: 'Ask these two' },
      { line: "wherry slim --probe-exec 'npm run e2e' .", summary: 'Prove it by your own tests' },
      { line: "wherry slim --keep '/app/plugins/**' .", summary: 'Keep what nothing reads while it is tried' },
      { line: 'wherry slim registry.example.com/app:1', summary: 'Slim an image whose Dockerfile is not there' },
    ],
  },
  async (context, { source, command }, options) => {
    const { runSlim } = await import('../slim/run-slim.ts')
    return await runSlim(source, command, options, context)
  },
)
