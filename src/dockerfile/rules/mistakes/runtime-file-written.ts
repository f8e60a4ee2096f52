import type { ShellCommand } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import type { Rule } from '../rule.ts'

/** Files that the builder and the runtime lay over those of the image. */
const overlaid: ReadonlySet<string> = new Set(['/etc/hosts', '/etc/resolv.conf', '/etc/hostname'])

/** BuildKit mounts these without write access (executor/oci/spec_linux.go). */
const readOnlyInBuild: ReadonlySet<string> = new Set(['/etc/hosts', '/etc/resolv.conf'])

/** `RUN echo … >> /etc/hosts`: neither the build nor the container lets a file of the image be seen there. */
export const runtimeFileWritten: Rule = {
  name: 'RuntimeFileWritten',
  category: 'mistake',
  severity: 'warning',
  summary: 'a file is written that each container gets anew',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const { evaluated } = step
      const found = evaluated.kind === 'copy' || evaluated.kind === 'add' ? copied(evaluated.destination) : undefined
      if (found !== undefined) report({ ...describe(found, false), range: evaluated.instruction.range })
      const commands = runCommands(step)
      for (const [index, command] of commands.entries()) {
        const written = writtenFile(command)
        if (written === undefined) continue
        const mayFail = command.isConditional || commands[index + 1]?.operatorBefore === '||'
        const fails = readOnlyInBuild.has(written.path) && !mayFail
        report({ ...describe(written.path, fails), range: written.range })
        break
      }
    }
  },
}

function copied(destination: string): string | undefined {
  return overlaid.has(destination) ? destination : undefined
}

interface WrittenFile {
  readonly path: string
  readonly range: TextRange
}

/** `> /etc/hosts`, `tee -a /etc/hosts`, `sed -i … /etc/hosts`, `cp a /etc/hosts` */
function writtenFile({ program, arguments: words, redirections }: ShellCommand): WrittenFile | undefined {
  const target = redirections.find(
    ({ operator, target: file }) => /^(?:>|>>|>\||&>)$/.test(operator) && overlaid.has(file?.value ?? ''),
  )
  if (target !== undefined) return { path: target.target?.value ?? '', range: target.range }
  const isInPlace = program === 'sed' && words.some(({ value }) => /^-[a-zA-Z]*i|^--in-place/.test(value))
  const last = words.at(-1)
  const written =
    program === 'tee' || isInPlace
      ? words.find(({ value }) => overlaid.has(value))
      : ['cp', 'mv', 'ln'].includes(program) && overlaid.has(last?.value ?? '')
        ? last
        : undefined
  return written && { path: written.value, range: written.range }
}

function describe(
  path: string,
  fails: boolean,
): { readonly message: string; readonly cost: string; readonly hint: string } & { readonly severity?: 'error' } {
  return {
    message: `${path} of the image is never seen: each container gets its own`,
    cost: fails
      ? 'BuildKit mounts the file without write access for the time of RUN, so this fails.'
      : 'The runtime lays its own file over that of the image, so what is written is lost.',
    hint:
      path === '/etc/hostname'
        ? 'Give the name with docker run --hostname.'
        : path === '/etc/hosts'
          ? 'Give hosts with docker build --add-host and docker run --add-host.'
          : 'Give servers with docker run --dns, or in the settings of the daemon.',
    ...(fails ? { severity: 'error' } : {}),
  }
}
