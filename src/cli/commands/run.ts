import { defineCommand } from '../command.ts'
import { runFailureStatus } from '../run/failure-status.ts'
import { runOptions } from '../run/options.ts'
import { runImage } from '../run/run-image.ts'

export const definition = defineCommand(
  {
    arguments: {
      image: {
        kind: 'one',
        name: 'IMAGE',
        completes: 'reference',
        summary: 'A name, or the beginning of an ID of the store',
      },
      command: { kind: 'any', name: 'COMMAND', summary: "The command and its arguments, in place of the image's own" },
    },
    options: runOptions,
    optionsEndAtFirstArgument: true,
    notes: [
      'Runs what docker run runs, with the same options, without a daemon and without root. Options end at the name of the image. ' +
        'The image is taken from the store or else pulled.',
      'What the process changes in its files is thrown away when it ends, with --rm or without; so are the volumes that the ' +
        'image names. Folders given by --volume keep what is written there, and are made where they are not there.',
      'The process has a network of its own if pasta or slirp4netns is installed and /dev/net/tun can be opened, and the one of ' +
        'this machine otherwise, with a warning. --publish needs the former.',
      'Signals are passed on. The first Ctrl-C stops the process as its image says, the second one at once; with --tty it is ' +
        'a key like any other. Standard input is handed on with --interactive alone.',
      'With --detach, the ID is printed when the process has started; wherry ps lists it, wherry logs shows what ' +
        'it writes, and wherry stop ends it. The logs of the last 20 that have ended are kept.',
      "The exit status is that of the process, or 128 and its signal's number. Before there is a process it is as docker has " +
        'it: 125 where wherry failed or the line is wrong, 126 where the program cannot be executed, 127 where it is not there.',
    ],
    examples: [
      { line: 'wherry run --rm -it app:1 sh', summary: 'Look around in an image' },
      { line: 'wherry run -p 8080:80 -e MODE=test app:1', summary: 'Try a server' },
      { line: 'wherry run -v ./data:/data:ro -w /data app:1 ls', summary: 'Show it a folder of this machine' },
      {
        line: 'wherry run --read-only --tmpfs /tmp --cap-drop ALL --network none app:1',
        summary: 'See what it can do without',
      },
    ],
  },
  (context, { image, command }, options) => runImage(image, command, options, context),
  runFailureStatus,
)
