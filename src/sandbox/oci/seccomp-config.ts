import { seccompRules, type ArgumentCondition } from '../seccomp/profile.ts'

const operators = { equal: 'SCMP_CMP_EQ', 'not-equal': 'SCMP_CMP_NE', 'masked-equal': 'SCMP_CMP_MASKED_EQ' } as const

/** The processor's own numbers of calls, and those of the older ones whose programs it runs. */
const architectures: Readonly<Record<string, readonly string[]>> = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
}

const errors = { EPERM: 1, ENOSYS: 38 } as const

/** The filter as config.json has it (runtime-spec, config-linux.md, "Seccomp"); undefined for processors whose calls are not known here. */
export function seccompConfig(capabilities: ReadonlySet<string>, processor = process.arch): object | undefined {
  const names = architectures[processor]
  if (names === undefined) return undefined
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: errors.EPERM,
    architectures: names,
    syscalls: seccompRules(capabilities, processor).map((rule) => ({
      names: rule.names,
      ...(rule.action === 'allow'
        ? { action: 'SCMP_ACT_ALLOW' }
        : { action: 'SCMP_ACT_ERRNO', errnoRet: errors.ENOSYS }),
      args: rule.conditions.map(argumentConfig),
    })),
  }
}

function argumentConfig({ index, operator, value, mask }: ArgumentCondition): object {
  const op = operators[operator]
  return mask === undefined ? { index, value, op } : { index, value: mask, valueTwo: value, op }
}
