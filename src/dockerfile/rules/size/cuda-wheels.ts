import { runCommands } from '../facts/built-steps.ts'
import { optionValues } from '../facts/dependency-commands.ts'
import { dependencyCommand, type DependencyCommand } from '../facts/dependency-commands.ts'
import { contextPath } from '../facts/context-files.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `pip install torch` out of PyPI, whose wheels for Linux on x86-64 bring CUDA along. */
export const cudaWheels: Rule = {
  name: 'CudaWheels',
  category: 'size',
  severity: 'information',
  summary: 'PyTorch comes with gigabytes of CUDA libraries, in an image that says nothing of a GPU',
  check(file, report) {
    const { target, evaluated } = file
    if (target === undefined || evaluated.targetPlatform.architecture !== 'amd64' || isForGpu(target)) return
    // In a stage that begins with another one, PyTorch is there already.
    const withTorch = new Set<StageFacts>()
    for (const stage of file.stages) {
      const isThere = stage.parent !== undefined && withTorch.has(stage.parent)
      const found = stage.isNeeded && !isThere ? firstTorch(file, stage) : undefined
      if (isThere || found !== undefined) withTorch.add(stage)
      if (found !== undefined && found !== 'named' && !isForGpu(stage)) report(found)
    }
  },
}

/** Packages that need PyTorch, or are a part of it. */
const torchPackages: ReadonlySet<string> = new Set([
  ...['torch', 'torchvision', 'torchaudio', 'pytorch-lightning', 'lightning', 'fastai', 'timm', 'ultralytics'],
  ...['sentence-transformers', 'openai-whisper', 'easyocr', 'stanza', 'flair', 'bertopic', 'kornia', 'torchmetrics'],
])

/** The first command of a stage that installs PyTorch, or `named` where it says which variant is meant. */
function firstTorch(file: RuleInput, stage: StageFacts): FoundProblem | 'named' | undefined {
  for (const step of stage.steps) {
    for (const command of step.isOwn ? runCommands(step) : []) {
      const asked = dependencyCommand(command)
      if (asked === undefined || !['pip', 'uv', 'poetry', 'pipenv'].includes(asked.tool)) continue
      const name = torchOf(file, asked)
      if (name === undefined) continue
      if (saysWhich(asked) || command.assignments.some((each) => /_INDEX_URL$|TORCH/.test(each.name))) return 'named'
      const { start } = (command.programWord ?? command).range
      return {
        message: `${name} comes with the libraries of CUDA`,
        range: { start, end: Math.max(start, asked.actionWord.range.end) },
        cost: 'About 2.7 GB, compressed, which only a GPU of NVIDIA has a use for.',
        hint: 'Without a GPU, take --index-url https://download.pytorch.org/whl/cpu for torch; with one, say so: --index-url https://download.pytorch.org/whl/cu126.',
      }
    }
  }
  return undefined
}

const fileBytesMax = 100_000

/** What a command installs that needs PyTorch: by name, or in a list of the context. */
function torchOf({ context }: RuleInput, asked: DependencyCommand): string | undefined {
  const named = asked.packages.map(({ value }) => plainName(value)).find((name) => torchPackages.has(name))
  if (named !== undefined) return named
  for (const path of optionValues(asked, '-r', '--requirement')) {
    const inContext = contextPath(path)
    const text =
      context?.read(inContext, fileBytesMax) ??
      context?.read(inContext.slice(inContext.lastIndexOf('/') + 1), fileBytesMax) ??
      ''
    if (/download\.pytorch\.org|\+cpu\b/.test(text)) return undefined
    const found = text
      .split('\n')
      .map((line) => plainName(line.trim()))
      .find((name) => torchPackages.has(name))
    if (found !== undefined) return found
  }
  return undefined
}

/** `torch==2.9.1`, `torch[opt]>=2` */
function plainName(requirement: string): string {
  return (/^[A-Za-z0-9._-]+/.exec(requirement)?.[0] ?? '').toLowerCase().replaceAll(/[._]/g, '-')
}

function saysWhich(asked: DependencyCommand): boolean {
  const indexes = optionValues(
    asked,
    '-i',
    '--index-url',
    '--extra-index-url',
    '-f',
    '--find-links',
    '--index',
    '--torch-backend',
  )
  return indexes.length > 0 || asked.packages.some(({ value }) => /\+(?:cpu|cu\d+|rocm)|^https?:|\.whl$/.test(value))
}

/** Whether a stage is made for a GPU: by its base, or by the variables that ask NVIDIA's runtime for one. */
function isForGpu({ base, evaluated }: StageFacts): boolean {
  const name = base.officialName ?? ''
  if (/nvidia|cuda|rocm|gpu|pytorch|tensorrt|vllm|huggingface/i.test(`${name} ${base.name?.tag ?? ''}`)) return true
  return evaluated.instructions.some(
    (each) =>
      each.kind === 'env' &&
      each.pairs.some(
        (pair) =>
          /^(?:NVIDIA_|CUDA_|LD_LIBRARY_PATH$)/.test(pair.name) &&
          /nvidia|cuda|all|compute/i.test(`${pair.name}${pair.value}`),
      ),
  )
}
