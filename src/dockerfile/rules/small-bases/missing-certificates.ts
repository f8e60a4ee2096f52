import { insertLinesBefore } from '../../edit.ts'
import { quote } from '../../reading/report.ts'
import { compiledCopy, type CompiledCopy } from '../facts/compiled-copies.ts'
import { embeds } from '../facts/go-sources.ts'
import { certificateFiles, mayBringFiles } from '../facts/provided-files.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import type { Fix, Rule, RuleInput } from '../rule.ts'

/** Addresses of servers elsewhere to which programs speak TLS. */
const secureAddress =
  /\b(?:https|wss|amqps|rediss|ldaps|mongodb\+srv|mqtts|smtps):\/\/(?!localhost|127\.|\[?::1)|\bsslmode=(?:verify-\w+|require)/

const bundle = '/etc/ssl/certs/ca-certificates.crt'

/** A program that may speak TLS, on a base without certificates. */
export const missingCertificates: Rule = {
  name: 'MissingCertificates',
  category: 'small-base',
  severity: 'information',
  summary: 'a program may want to speak TLS, and the image has no certificates',
  check(file, report) {
    const { target, stages, context } = file
    if (target?.base.hasCertificates !== false) return
    const steps = lineageSteps(target)
    if (steps.some((step) => mayBringFiles(step, certificateFiles))) return
    const compiled = compiledCopy(stages, target)
    if (compiled === undefined || embeds(context, 'certificates') === true || bringsRoots(file)) return
    const evidence = steps.map((step) => addressIn(step)).find((found) => found !== undefined)
    const fix = copyOfBundle(file, compiled)
    report({
      message:
        evidence === undefined
          ? `the image has no CA certificates, which a ${compiled.language} program needs for TLS`
          : `the image has no CA certificates, and ${quote(evidence)} asks for TLS`,
      range: rootOf(target).evaluated.stage.from.base.range,
      ...(evidence === undefined ? {} : { severity: 'warning' as const }),
      cost: 'Connections to servers fail: x509: certificate signed by unknown authority.',
      hint: `Copy ${bundle} from the stage that builds, or install ca-certificates.`,
      ...(fix === undefined ? {} : { fix }),
    })
  },
}

/** Crates that bring the certificates along. */
function bringsRoots({ context }: RuleInput): boolean {
  return ['Cargo.lock', 'Cargo.toml'].some((path) => context?.read(path, 262_144)?.includes('webpki-root') === true)
}

/** An address in ENV, CMD or ENTRYPOINT. */
function addressIn({ evaluated }: Step): string | undefined {
  if (evaluated.kind === 'env')
    return evaluated.pairs.map(({ value }) => value).find((value) => secureAddress.test(value))
  const { instruction } = evaluated
  if (instruction.kind !== 'cmd' && instruction.kind !== 'entrypoint') return undefined
  const { command } = instruction
  const words = command.form === 'exec' ? command.arguments.map(({ value }) => value) : command.text.value.split(/\s+/)
  return words.find((word) => secureAddress.test(word))
}

function copyOfBundle({ document }: RuleInput, { shipped, stage }: CompiledCopy): Fix | undefined {
  const { instruction } = shipped.copy
  const from = instruction.kind === 'copy' ? instruction.from?.value : undefined
  if (stage.base.hasCertificates !== true || from === undefined || !shipped.step.isOwn) return undefined
  const keyword = instruction.keyword.value
  return {
    title: 'copy the certificates of the stage that builds',
    isSafe: false,
    edits: [
      insertLinesBefore(document, instruction, [`${keyword} --from=${from} ${bundle} ${bundle}`], {
        aboveComments: true,
      }),
    ],
  }
}

function rootOf(target: StageFacts): StageFacts {
  let root = target
  while (root.parent !== undefined) root = root.parent
  return root
}
