import type { Flag } from '../../instruction-parts.ts'
import { builtSteps } from '../facts/built-steps.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** RUN that leaves the sandbox. */
export const privilegedRun: Rule = {
  name: 'PrivilegedRun',
  category: 'safety',
  severity: 'information',
  summary: 'a RUN gets rights over the machine that builds',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const { instruction } = step.evaluated
      if (instruction.kind !== 'run') continue
      const flag = (name: string): Flag | undefined => instruction.flags.find((each) => each.name.value === name)
      const security = instruction.security === 'insecure' ? flag('security') : undefined
      const network = instruction.network === 'host' ? flag('network') : undefined
      if (security !== undefined) report({ ...ofSecurity, range: security.range })
      if (network !== undefined) report({ ...ofNetwork, range: network.range })
    }
  },
}

const ofSecurity: Omit<FoundProblem, 'range'> = {
  message: 'this RUN has all rights of root on the machine that builds',
  cost: 'What it runs, packages and their scripts too, can leave the container; builders refuse it unless they are told to allow it.',
  hint: 'Do without, or do this step in a virtual machine and COPY what it makes.',
}

const ofNetwork: Omit<FoundProblem, 'range'> = {
  message: 'this RUN shares the network of the machine that builds',
  cost: 'What it runs reaches services there that listen on localhost only; builders refuse it unless they are told to allow it.',
  hint: 'Use the default network, and give addresses as build arguments.',
}
