import type { ShellCommand } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import type { Step } from '../facts/stage-facts.ts'
import { writtenTexts } from '../facts/written-texts.ts'
import type { Rule } from '../rule.ts'

const unchecked = /StrictHostKeyChecking[\s=]+"?(?:no|off|false)\b|UserKnownHostsFile[\s=]+"?\/dev\/null/i

/** SSH that accepts whatever host answers. */
export const hostKeyUnchecked: Rule = {
  name: 'HostKeyUnchecked',
  category: 'safety',
  severity: 'warning',
  summary: 'SSH trusts any host',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const [range] = placesOf(step)
      const commands = runCommands(step)
      const scan = commands.some((command) => comparesKeys(command))
        ? undefined
        : commands.find((command) => savesScan(command))
      if (range !== undefined) {
        report({
          message: 'SSH is told to trust any host',
          range,
          cost: 'Whoever answers in the place of the host gets what is sent to it, and decides what is cloned.',
          hint: 'Put the keys of the host into known_hosts: COPY known_hosts /etc/ssh/ssh_known_hosts.',
        })
      } else if (scan !== undefined) {
        report({
          severity: 'information',
          message: 'ssh-keyscan trusts the host that answers during the build',
          range: scan.programWord?.range ?? scan.range,
          cost: 'Whoever answers in the place of the host is trusted from then on.',
          hint: 'COPY a known_hosts file whose keys were compared once.',
        })
      }
    }
  },
}

function* placesOf(step: Step): Generator<TextRange> {
  const { evaluated } = step
  if (evaluated.kind === 'env' && evaluated.instruction.kind === 'env') {
    const { pairs } = evaluated.instruction
    for (const [index, { name, value }] of evaluated.pairs.entries()) {
      const pair = pairs[index]
      if (name.startsWith('GIT_SSH') && unchecked.test(value) && pair !== undefined) yield pair.range
    }
  }
  for (const { text, file, at } of writtenTexts(step)) {
    const found = file !== undefined && /ssh/.test(file) ? unchecked.exec(text) : null
    if (found !== null) yield at(found.index, found.index + found[0].length)
  }
  for (const { program, arguments: words, assignments } of runCommands(step)) {
    if (/^(?:ssh|scp|sftp|rsync|git|export|ssh-copy-id)$/.test(program)) {
      for (const { value, range } of words) if (unchecked.test(value)) yield range
    }
    for (const { name, value } of assignments) {
      if (name.startsWith('GIT_SSH') && value !== undefined && unchecked.test(value.value)) yield value.range
    }
  }
}

/** Whether a host's keys are kept. */
function savesScan({ program, redirections }: ShellCommand): boolean {
  return (
    program === 'ssh-keyscan' &&
    redirections.some(({ operator, target }) => operator.startsWith('>') && target !== undefined)
  )
}

/** Whether they are compared with something that is known. */
function comparesKeys({ program }: ShellCommand): boolean {
  return /^(?:ssh-keygen|grep|diff|sha256sum)$/.test(program)
}
