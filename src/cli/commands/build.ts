import { buildOptions } from '../build/options.ts'
import { defineCommand } from '../command.ts'

export const definition = defineCommand(
  {
    arguments: {
      context: {
        kind: 'one',
        name: 'CONTEXT',
        completes: 'directory',
        summary:
          'What COPY takes files from: a folder, a git repository, an archive or its URL, or - for standard input',
      },
    },
    options: buildOptions,
    notes: [
      'Builds what docker buildx build builds, from the same Dockerfile with the same options, without a daemon and without ' +
        'root. Steps that were done before on the same files are taken from the cache; stages that the target does not need ' +
        'are left out.',
      'The image is in the local store then, under the names of --tag. The date of the image, and the latest time of a file ' +
        'in it, is SOURCE_DATE_EPOCH, or the last commit, or the newest file of the context, so that the same files give the ' +
        'same digest.',
      "Base images are taken from the store or else from their registry. BuildKit's checks are warnings at the end.",
      'With --quiet, the ID of the image is printed and nothing else.',
    ],
    examples: [
      { line: 'wherry build -t app .', summary: 'Build the Dockerfile of this folder' },
      { line: 'wherry build -t registry.example.com/app:1 --push .', summary: 'Build and push' },
      { line: 'wherry build --target test --no-cache-filter test .', summary: 'Run the tests of a stage anew' },
      { line: 'wherry build --secret id=token,src=token.txt --ssh default .', summary: 'Lend secrets to RUN' },
      { line: 'wherry build -o out --target binary .', summary: 'Write the files of a stage to a folder' },
      { line: 'wherry build --platform linux/amd64,linux/arm64 -o type=oci,dest=app.tar .', summary: 'Two platforms' },
    ],
  },
  async (context, { context: word }, options) => {
    if (options.check || options.call !== undefined) {
      const { parseCall, runCall } = await import('../build/call.ts')
      const call = parseCall(options)
      if (call.method !== 'build') return await runCall(call, word, options, context)
    }
    const { runBuild } = await import('../build/run-build.ts')
    await runBuild(word, options, context)
    return 0
  },
)
