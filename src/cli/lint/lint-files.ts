import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { lintDockerfile, type LintOptions } from '../../dockerfile/lint.ts'
import { mendDockerfile } from '../../dockerfile/mend.ts'
import { parsePlatform } from '../../image/platform.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import type { ExitStatus } from '../exit-status.ts'
import { plural } from '../../std/plural.ts'
import { plainStyle } from '../../std/style.ts'
import { folderContext, likelyContext } from '../../toolchain/folder-context.ts'
import { patchText } from './patch.ts'
import { formatReports, type ReportFormat } from './print-reports.ts'
import type { ProjectSettings } from '../project-schema.ts'
import { readProjectSettings } from '../project-settings.ts'
import { reportOf, type FileReport } from './report.ts'
import { readSourceFile, replaceFile, type SourceFile } from '../../toolchain/source-file.ts'

/** What the command line asks for. */
export interface LintRequest {
  readonly fix: 'safe' | 'unsafe' | undefined
  readonly diff: boolean
  readonly severity: 'information' | 'warning' | 'error' | undefined
  readonly format: ReportFormat | undefined
  readonly context: string | undefined
  readonly 'build-arg': readonly string[]
  readonly target: string | undefined
  readonly platform: string | undefined
  readonly experimental: boolean
  readonly config: string | undefined
}

/** What one file comes to. */
interface JudgedFile {
  readonly report: FileReport
  readonly isFailing: boolean
}

/** Judges files one after the other, mends them if asked, and prints what is left to say. */
export async function lintFiles(
  context: CommandContext,
  words: readonly string[],
  request: LintRequest,
): Promise<ExitStatus> {
  const given = evaluationOptions(request, context.environment)
  if (request.context !== undefined) checkFolder(request.context)
  const judged: JudgedFile[] = []
  for (const word of words) {
    const source = await readSourceFile(word, context.job.signal)
    const folder = source.path === undefined ? '.' : dirname(source.path)
    const settings = await readProjectSettings(folder, request.config)
    judged.push(await judgeFile(context, source, request, settings, { ...given, ...contextOf(source, request) }))
    context.job.signal.throwIfAborted()
  }
  await printReports(context, words, request, judged)
  return judged.some(({ isFailing }) => isFailing) ? 1 : 0
}

async function judgeFile(
  { output, style, job }: CommandContext,
  source: SourceFile,
  request: LintRequest,
  { lint = {} }: ProjectSettings,
  given: LintOptions,
): Promise<JudgedFile> {
  const { name, path, text, isUtf8 } = source
  const rules = Object.entries(lint.rules ?? {}).flatMap(([rule, wanted]) =>
    wanted === undefined ? [] : [[rule, wanted] as const],
  )
  const options: LintOptions = {
    ...given,
    severities: new Map(rules),
    experimental: request.experimental || lint.experimental === true,
  }
  const threshold = request.severity ?? lint.severity ?? 'warning'
  const level = request.fix ?? (request.diff ? 'safe' : undefined)
  const toJudged = (judgedText: string, result: ReturnType<typeof lintDockerfile>): JudgedFile => {
    const report = reportOf(name, judgedText, result.findings, threshold)
    return { report, isFailing: report.findings.length > 0 || result.failsBuild }
  }
  if (level === undefined) return toJudged(text, lintDockerfile(text, options))
  if (!isUtf8) return wrongUsage(`${name} holds bytes that are no UTF-8, so it cannot be mended`, 'Convert it first.')
  const { text: mended, mended: findings, remaining } = mendDockerfile(text, level, options)
  if (request.diff) {
    await output.write(patchText(name, text, mended, style))
    return toJudged(text, lintDockerfile(text, options))
  }
  if (path === undefined) await output.write(mended)
  else if (mended !== text) await replaceFile(path, mended)
  if (findings.length > 0) {
    job.emit({ type: 'notice', level: 'info', message: `mended ${plural(findings.length, 'finding')} in ${name}` })
  }
  return toJudged(mended, remaining)
}

/** Findings go to standard output, unless a patch or a mended file is there already. */
async function printReports(
  { output, style }: CommandContext,
  words: readonly string[],
  { diff, fix, format = 'text' }: LintRequest,
  judged: readonly JudgedFile[],
): Promise<void> {
  if (diff) return
  const reports = judged.map(({ report }) => report)
  if (fix !== undefined && words.includes('-')) process.stderr.write(formatReports(reports, format, plainStyle))
  else await output.write(formatReports(reports, format, style, output.columns))
}

function contextOf({ path, text }: SourceFile, request: LintRequest): Pick<LintOptions, 'context'> {
  const folder = request.context ?? (path === undefined ? undefined : likelyContext(path, text, process.cwd()))
  return folder === undefined ? {} : { context: folderContext(folder, path) }
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
  wrongUsage(`there is no folder ${JSON.stringify(folder)}`, 'Name the build context with --context.')
}

function evaluationOptions(request: LintRequest, environment: NodeJS.ProcessEnv): LintOptions {
  const buildArguments = new Map<string, string>()
  for (const word of request['build-arg']) {
    const equals = word.indexOf('=')
    const name = equals === -1 ? word : word.slice(0, equals)
    const value = equals === -1 ? environment[name] : word.slice(equals + 1)
    if (name === '') wrongUsage(`not a build argument: ${JSON.stringify(word)}`, 'Write it as NAME=VALUE.')
    if (value !== undefined) buildArguments.set(name, value)
  }
  const { target, platform } = request
  return {
    buildArguments,
    target,
    ...(platform === undefined ? {} : { targetPlatform: parsePlatform(platform) }),
  }
}
