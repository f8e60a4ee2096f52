import type { ShellWord } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { resolveWord } from '../facts/command-folders.ts'
import { findOption } from '../facts/command-options.ts'
import { copiedText } from '../facts/context-files.ts'
import { dependencyCommand, optionValues, type DependencyCommand } from '../facts/dependency-commands.ts'
import { visitStageCommands, type StageCommand } from '../facts/stage-commands.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { Rule, RuleInput } from '../rule.ts'

/**
 * Packages that PyPI has as wheels for glibc only, and not as sources: `pip install --platform musllinux_1_2_x86_64` finds none of the
 * first line, November 2026. Those of the second line need one of the first.
 */
const withoutWheel: ReadonlySet<string> = new Set([
  ...['torch', 'tensorflow', 'tensorflow-cpu', 'onnxruntime', 'onnxruntime-gpu', 'jaxlib', 'playwright'],
  ...[
    'torchvision',
    'torchaudio',
    'jax',
    'sentence-transformers',
    'ultralytics',
    'openai-whisper',
    'pytest-playwright',
    'easyocr',
  ],
])

const requirementsBytesMax = 65_536

/** Each is looked for among all files that are copied before. */
const requirementsFilesMax = 20

/** Packages of Python on Alpine that PyPI only has for glibc. */
export const noWheelForMusl: Rule = {
  name: 'NoWheelForMusl',
  category: 'small-base',
  severity: 'error',
  summary: 'a package of Python exists for glibc only, and the base has musl',
  check(file, report) {
    for (const stage of file.stages) {
      if (!stage.isNeeded || stage.base.libc !== 'musl') continue
      const told = new Set<string>()
      let filesLeft = requirementsFilesMax
      const mayRead = (): boolean => (filesLeft -= 1) >= 0
      visitStageCommands(stage, (found) => {
        for (const { name, range } of wantedPackages(file, stage, found, mayRead)) {
          if (told.has(name)) continue
          told.add(name)
          report({
            message: `PyPI has ${name} for glibc only, and this base has musl`,
            range,
            cost: `The build fails: No matching distribution found for ${name}.`,
            hint: 'Take a base with glibc: python, with a tag that ends in -slim.',
          })
        }
      })
    }
  },
}

interface WantedPackage {
  readonly name: string
  readonly range: TextRange
}

function wantedPackages(
  file: RuleInput,
  stage: StageFacts,
  found: StageCommand,
  mayRead: () => boolean,
): readonly WantedPackage[] {
  const asked = dependencyCommand(found.command)
  const isPip = asked?.tool === 'pip' || (asked?.tool === 'uv' && /^pip (?:install|sync)$/.test(asked.action))
  if (asked === undefined || !isPip || !found.step.isOwn || usesOwnIndex(asked)) return []
  const named = asked.packages.flatMap((word) => nameOf(word))
  const files = asked.options.flatMap(({ name, valueWord }) =>
    (name === '-r' || name === '--requirement') && valueWord?.isLiteral === true ? [valueWord] : [],
  )
  return [...named, ...files.flatMap((word) => (mayRead() ? namesInFile(file, stage, found, word) : []))]
}

/** An index of one's own may have what PyPI has not. */
function usesOwnIndex(asked: DependencyCommand): boolean {
  const addresses = optionValues(asked, '-i', '--index-url', '--extra-index-url', '-f', '--find-links', '--index')
  return (
    findOption(asked, '--no-index') !== undefined ||
    addresses.some((address) => !address.includes('download.pytorch.org'))
  )
}

/** `torch==2.9.0+cpu` */
function nameOf({ value, range, isLiteral }: ShellWord): readonly WantedPackage[] {
  const name = packageName(value)
  return isLiteral && name !== undefined ? [{ name, range }] : []
}

function packageName(requirement: string): string | undefined {
  const [, name = ''] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:$|[=<>!~;[@# ])/.exec(requirement) ?? []
  const normal = name.toLowerCase().replaceAll(/[_.]/g, '-')
  return withoutWheel.has(normal) && !requirement.includes(' @ ') ? normal : undefined
}

function namesInFile(
  { context }: RuleInput,
  stage: StageFacts,
  { step, folder }: StageCommand,
  word: ShellWord,
): readonly WantedPackage[] {
  const path = resolveWord(folder, word.value)
  const before = stage.steps.slice(0, stage.steps.indexOf(step))
  const text = path === undefined ? undefined : copiedText(before, path, context, requirementsBytesMax)?.text
  // A line that says for which system it holds may not hold for this one.
  const lines = (text ?? '').split(/\r?\n/).filter((line) => !line.includes(';'))
  if (lines.some((line) => /^\s*(?:-i|--index-url|--extra-index-url|-f|--find-links)\b/.test(line))) return []
  return lines.flatMap((line) => {
    const name = packageName(line)
    return name === undefined ? [] : [{ name, range: word.range }]
  })
}
