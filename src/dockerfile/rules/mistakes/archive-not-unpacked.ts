import { posix } from 'node:path'
import type { EvaluatedCopy } from '../../evaluated.ts'
import { quote } from '../../reading/report.ts'
import { isRemoteSource } from '../facts/remote-source.ts'
import { runCommands } from '../facts/built-steps.ts'
import { shippedSteps } from '../facts/shipped-steps.ts'
import type { Step } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** ADD of an archive that it does not unpack: one from the network, or a zip. */
export const archiveNotUnpacked: Rule = {
  name: 'ArchiveNotUnpacked',
  category: 'mistake',
  severity: 'warning',
  summary: 'ADD leaves an archive as it is, and nothing unpacks it',
  check(file, report) {
    const steps = shippedSteps(file)
    const archives: { readonly name: string; readonly found: FoundProblem }[] = []
    for (const step of steps) {
      const { evaluated } = step
      if (evaluated.kind === 'add' && step.isOwn && archives.length < archivesMax)
        archives.push(...archivesOf(evaluated))
    }
    if (archives.length === 0 || steps.some((step) => mayUnpackAny(step))) return
    for (const { name, found } of archives) if (!steps.some((step) => mentions(step, name))) report(found)
  },
}

/** Each is looked for in all steps. */
const archivesMax = 20

function archivesOf({
  instruction,
  sources,
  destination,
}: EvaluatedCopy): readonly { readonly name: string; readonly found: FoundProblem }[] {
  if (instruction.kind !== 'add' || instruction.unpack !== undefined || !destination.endsWith('/')) return []
  return sources.flatMap((source, index) => {
    const isRemote = /^https?:/i.test(source)
    const name = posix.basename(source.replace(/[?#].*/, ''))
    const isArchive = isRemote
      ? /\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz)$/i.test(name)
      : !isRemoteSource(source) && /\.zip$/i.test(name)
    if (!isArchive || /[*?[$]/.test(name)) return []
    const range = instruction.sources[index]?.range ?? instruction.range
    return [
      {
        name,
        found: {
          message: `ADD does not unpack ${quote(name)}`,
          range,
          cost: isRemote
            ? 'Of what it fetches, ADD unpacks nothing: the archive itself lies in the folder.'
            : 'ADD unpacks tar archives only: the zip file itself lies in the folder.',
          hint: isRemote
            ? 'Write ADD --unpack=true, which needs Dockerfile 1.17, or unpack it in a RUN.'
            : 'Unpack it in a RUN, or pack it with tar.',
        },
      },
    ]
  })
}

/** Scripts of the project may do anything with it. */
function mayUnpackAny(step: Step): boolean {
  return (
    (step.evaluated.kind === 'run' && step.script() === undefined) ||
    runCommands(step).some(
      ({ program, programWord, words }) =>
        ['unzip', 'tar', 'bsdtar', '7z', '7za', 'jar', 'gunzip', 'xargs', 'find', 'python', 'python3'].includes(
          program,
        ) ||
        (program === '' && words.length > 0) ||
        program.endsWith('.sh') ||
        programWord?.value.includes('/') === true,
    )
  )
}

/** Whether anything names it: a program may take an archive as it is. */
function mentions({ evaluated }: Step, name: string): boolean {
  const { instruction } = evaluated
  if (evaluated.kind === 'add') return false
  return [instruction.arguments, ...instruction.heredocs.map(({ content }) => content)].some(({ value }) =>
    value.includes(name),
  )
}
