import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { completedCommand, completedGlobalOptions } from '../completion/model.ts'
import { zshScript } from '../completion/zsh.ts'
import { defineCommand } from '../command.ts'
import { wrongUsage } from '../errors.ts'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const
const shells = Object.keys(scripts)

export const definition = defineCommand(
  {
    arguments: {
      shell: { kind: 'one', name: 'SHELL', choices: shells, summary: 'bash, zsh or fish' },
    },
    options: {},
    notes: ['The script completes commands, options, their values, and the names of images in the local store.'],
    examples: [
      { line: 'source <(wherry completion bash)', summary: 'In ~/.bashrc' },
      { line: 'source <(wherry completion zsh)', summary: 'In ~/.zshrc, after compinit' },
      { line: 'wherry completion fish | source', summary: 'In ~/.config/fish/config.fish' },
    ],
  },
  async (context, { shell }) => {
    const script = isShell(shell) ? scripts[shell] : unknownShell(shell)
    const commands = await context.describeCommands()
    await context.output.write(script(completedGlobalOptions(), commands.map(completedCommand)))
    return 0
  },
)

function isShell(name: string): name is keyof typeof scripts {
  return Object.hasOwn(scripts, name)
}

function unknownShell(name: string): never {
  return wrongUsage(`there is no completion for ${JSON.stringify(name)}`, `Shells: ${shells.join(', ')}.`)
}
