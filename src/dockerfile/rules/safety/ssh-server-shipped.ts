import type { TextRange } from '../../text-range.ts'
import { builtSteps, runCommands, type BuiltStep } from '../facts/built-steps.ts'
import { containerCommand } from '../facts/container-command.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** A server for logins in a container. */
export const sshServerShipped: Rule = {
  name: 'SshServerShipped',
  category: 'safety',
  severity: 'warning',
  summary: 'the image has a server for SSH',
  check(file, report) {
    const steps = builtSteps(file).filter(({ isShipped }) => isShipped)
    const installed = steps.map((built) => installedServer(built)).find((range) => range !== undefined)
    const exposed = steps.map((built) => exposedPort(built)).find((range) => range !== undefined)
    const range = installed ?? exposed
    if (range === undefined) return
    const related =
      installed === undefined || exposed === undefined ? [] : [{ message: 'its port is exposed here', range: exposed }]
    report({
      // Where it is all that the container does, somebody wants just that.
      severity: isPurpose(file) ? 'information' : 'warning',
      message:
        installed === undefined
          ? 'port 22 is exposed, which is that of SSH'
          : 'a server for SSH is installed in the image',
      range,
      related,
      cost: 'It needs root, keys and updates of its own, and lets attackers in whom the program would have kept out.',
      hint: 'Use docker exec or kubectl exec for a look into a container.',
    })
  },
}

function installedServer({ step }: BuiltStep): TextRange | undefined {
  for (const command of runCommands(step)) {
    const asked = packageCommand(command)
    if (asked?.action !== 'install') continue
    const found = asked.packages.find(({ value }) =>
      /^(?:openssh-server|dropbear|dropbear-run|tinysshd)(?:[=~<>].*)?$/.test(value),
    )
    if (found !== undefined) return found.range
  }
  return undefined
}

function exposedPort({ step: { evaluated } }: BuiltStep): TextRange | undefined {
  if (evaluated.kind !== 'expose') return undefined
  return evaluated.ports.find(({ first, last, protocol }) => first === 22 && last === 22 && protocol === 'tcp')?.range
}

function isPurpose(file: RuleInput): boolean {
  const { entrypoint, cmd } = containerCommand(file)
  return [entrypoint, cmd].some((instruction) => {
    if (instruction === undefined) return false
    const { command } = instruction
    const words = command.form === 'exec' ? command.arguments.map(({ value }) => value) : [command.text.value]
    return words.some((word) => /(?:^|[/\s])(?:sshd|dropbear|tinysshd)(?:\s|$)/.test(word))
  })
}
