import { evaluateDockerfile } from '../../dockerfile/evaluate.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import { nearest } from '../../std/nearest.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import type { ExitStatus } from '../exit-status.ts'
import { formatReports } from '../lint/print-reports.ts'
import { reportOf } from '../lint/report.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { accessOf } from './access.ts'
import { buildArgumentsOf } from './values.ts'
import { openBuildContext, type OpenedContext } from '../../toolchain/build-context.ts'
import { checkOptionsFor } from './check-input.ts'
import { refuseErrors } from '../../toolchain/dockerfile-error.ts'
import { checkDockerfile, isCheck } from './findings.ts'
import type { BuildOptions } from './options.ts'
import { outlineJson, outlineText } from './outline.ts'
import { targetsJson, targetsText } from './targets.ts'

const methods = ['build', 'check', 'outline', 'targets'] as const

/** What is asked of a Dockerfile in place of building it. */
export interface Call {
  readonly method: (typeof methods)[number]
  readonly asJson: boolean
}

/** `--call METHOD[,format=json]`, and `--check`. @throws CliError `wrong-usage` */
export function parseCall({ call, check }: Pick<BuildOptions, 'call' | 'check'>): Call {
  const [name = '', ...fields] = (call ?? (check ? 'check' : 'build')).split(',')
  const method = methods.find((each) => each === (name === 'lint' ? 'check' : name))
  if (method === undefined) {
    const near = nearest(name, methods)
    return wrongUsage(
      `--call ${name}: there is no such method`,
      near === undefined ? `There are ${methods.join(', ')}.` : `Did you mean ${near}?`,
    )
  }
  for (const field of fields) {
    if (/^(?:format=(?:json|text)|ignorestatus(?:=(?:true|false))?)$/.test(field)) continue
    wrongUsage(`--call ${call ?? ''}: ${JSON.stringify(field)} is not known`, 'There is format=json.')
  }
  return { method, asJson: fields.includes('format=json') }
}

/** Tells what was asked of the Dockerfile of a context. The status is 1 where checks found something. */
export async function runCall(
  { method, asJson }: Call,
  word: string,
  options: BuildOptions,
  context: CommandContext,
): Promise<ExitStatus> {
  const { output, style } = context
  await using contexts = new AsyncDisposableStack()
  // Nothing is built: no store is made for it, and what is fetched is not kept.
  const { path: cacheDirectory } = contexts.use(await temporaryDirectory())
  const buildArguments = buildArgumentsOf(options['build-arg'], context.environment)
  const access = await accessOf(options, context.environment)
  const surroundings = { ...context, ...access, buildArguments, cacheDirectory, opened: contexts }
  const opened = await openBuildContext(word, options.file, surroundings)
  const { dockerfile } = opened
  const { document, diagnostics } = parseDockerfile(dockerfile.text)
  refuseErrors(dockerfile, diagnostics)
  const input = checkOptionsFor(options, opened, context)
  if (method === 'check') return await check(opened, input, asJson, context)
  const evaluated = evaluateDockerfile(document, input)
  refuseErrors(dockerfile, evaluated.diagnostics)
  if (method === 'targets') await output.write(asJson ? targetsJson(evaluated) : targetsText(evaluated))
  else await output.write(asJson ? outlineJson(evaluated) : outlineText(evaluated, style))
  return 0
}

async function check(
  { dockerfile: { name, text } }: OpenedContext,
  input: ReturnType<typeof checkOptionsFor>,
  asJson: boolean,
  { output, style }: CommandContext,
): Promise<ExitStatus> {
  const { findings } = checkDockerfile(text, input)
  const counted = findings.filter((each) => isCheck(each) || each.severity === 'error')
  const report = reportOf(name, text, counted, 'information')
  await output.write(formatReports([report], asJson ? 'json' : 'text', style, output.columns))
  return counted.length === 0 ? 0 : 1
}
