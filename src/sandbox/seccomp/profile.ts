import { allowedCalls, callsOfCapabilities, callsOfProcessors, tracingCalls } from './allowed-calls.ts'

/** A comparison of an argument; all of a rule's must hold. */
export interface ArgumentCondition {
  readonly index: number
  readonly operator: 'equal' | 'not-equal' | 'masked-equal'
  readonly value: number
  /** Of `masked-equal`: which bits are compared. */
  readonly mask?: number
}

/** What a filter says to some calls. What no rule names is `EPERM`. */
export interface SeccompRule {
  readonly names: readonly string[]
  readonly action: 'allow' | 'not-implemented'
  readonly conditions: readonly ArgumentCondition[]
}

/** AF_VSOCK of socket(2): it reaches the host of a virtual machine. */
const virtualMachineSockets = 40
/** The flags of clone(2) that make namespaces: CLONE_NEW*, but for CLONE_NEWTIME, which clone does not take. */
const namespaceFlags = 0x7e02_0000
/** What personality(2) may set: PER_LINUX, PER_LINUX32, UNAME26 of both, and the question which one it is. */
const personalities = [0x0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff] as const

/**
 * The rules of Docker's default profile for a process with these capabilities. clone3(2) keeps its flags in memory, where a filter
 * cannot see them, so it does not exist: C libraries call clone(2) then.
 */
export function seccompRules(capabilities: ReadonlySet<string>, processor: string): readonly SeccompRule[] {
  const always = [...allowedCalls, ...tracingCalls, ...(callsOfProcessors[processor] ?? [])]
  const brought = [...capabilities].flatMap((capability) => callsOfCapabilities[capability] ?? [])
  const rules: SeccompRule[] = [
    allow([...new Set([...always, ...brought])], []),
    allow(['socket'], [{ index: 0, operator: 'not-equal', value: virtualMachineSockets }]),
    ...personalities.map((value) => allow(['personality'], [{ index: 0, operator: 'equal', value }])),
  ]
  if (capabilities.has('CAP_SYS_ADMIN')) return rules
  const withoutNamespaces = { index: 0, operator: 'masked-equal', value: 0, mask: namespaceFlags } as const
  return [
    ...rules,
    allow(['clone'], [withoutNamespaces]),
    { names: ['clone3'], action: 'not-implemented', conditions: [] },
  ]
}

function allow(names: readonly string[], conditions: readonly ArgumentCondition[]): SeccompRule {
  return { names, action: 'allow', conditions }
}
