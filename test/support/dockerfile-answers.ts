import { isDeepStrictEqual } from 'node:util'
import { evaluateDockerfile } from '../../src/dockerfile/evaluate.ts'
import type { EvaluatedDockerfile, EvaluatedStage } from '../../src/dockerfile/evaluated.ts'
import { expand } from '../../src/dockerfile/expand.ts'
import { parseIgnoreFile } from '../../src/dockerfile/ignore-file.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { createPathMatcher, type PathMatch } from '../../src/dockerfile/path-matcher.ts'
import { sourceString } from '../../src/dockerfile/source-string.ts'
import { neededStages, stageDependencies } from '../../src/dockerfile/stages.ts'
import { parseReference } from '../../src/image/reference.ts'
import { describeFile } from './dockerfile-description.ts'

/** A question that both BuildKit (`test/differential/buildkit`) and wherry answer, in the same words. */
export type DockerfileQuestion =
  | WordQuestion
  | { readonly kind: 'file' | 'syntax'; readonly text: string }
  | { readonly kind: 'ignore'; readonly text: string; readonly paths: readonly string[] }
  | EvaluationQuestion

/** What a word is with these variables. */
export interface WordQuestion {
  readonly kind: 'word'
  readonly text: string
  readonly escape: '\\' | '`'
  readonly isHeredocText: boolean
  readonly variables: Readonly<Record<string, string>>
}

/** What the config of the target is, built from images with these variables and triggers. */
export interface EvaluationQuestion {
  readonly kind: 'evaluation'
  readonly text: string
  readonly target: string
  readonly architecture: string
  readonly variables: Readonly<Record<string, string>>
  readonly triggers: readonly string[]
  readonly buildArguments: Readonly<Record<string, string>>
}

/** What wherry says, in the form in which the other program says it. */
export function answerQuestion(question: DockerfileQuestion): unknown {
  switch (question.kind) {
    case 'word':
      return answerWord(question)
    case 'file':
      return describeFile(question.text)
    case 'syntax':
      return answerSyntax(question.text)
    case 'ignore':
      return answerIgnore(question.text, question.paths)
    case 'evaluation':
      return answerEvaluation(question)
  }
}

/** Whether two answers are the same. Where BuildKit gives up at the first mistake, it is enough that there is one. */
export function isSameAnswer(ours: unknown, theirs: unknown): boolean {
  return isDeepStrictEqual(ours, theirs) || (isFailure(theirs) && hasFailed(ours))
}

function isFailure(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'error' in answer
}

/** A file of which one instruction is wrong is wrong. */
function hasFailed(answer: unknown): boolean {
  if (isFailure(answer)) return true
  const nodes: unknown = typeof answer === 'object' && answer !== null && 'nodes' in answer ? answer.nodes : undefined
  return Array.isArray(nodes) && nodes.some(isFailure)
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1))
}

function answerWord({ text, escape, isHeredocText, variables }: WordQuestion): unknown {
  const values = new Map(Object.entries(variables))
  const lookup = (name: string): string | undefined => values.get(name)
  const result = expand(sourceString(text, 0, text.length), { escape, quotes: !isHeredocText, variables: lookup })
  if (result.problem !== undefined) return { error: true }
  return {
    value: result.value,
    words: result.words,
    set: sorted(result.variables.filter(({ isSet }) => isSet).map(({ name }) => name)),
    unset: sorted(result.variables.filter(({ isSet }) => !isSet).map(({ name }) => name)),
  }
}

function answerSyntax(text: string): unknown {
  const { document, diagnostics } = parseDockerfile(text)
  const { reference = '', commandLine = '' } = document.syntax ?? {}
  const isBad = diagnostics.some(({ code }) => code === 'bad-check-options')
  return { reference, commandLine, check: isBad ? { problem: true } : document.checkOptions }
}

function answerIgnore(text: string, paths: readonly string[]): unknown {
  const { patterns, diagnostics } = parseIgnoreFile(text)
  if (diagnostics.length > 0) return { error: true }
  const matcher = createPathMatcher(patterns)
  const walk = (path: string): boolean => {
    const parts = path.split('/')
    const found = parts.reduce<PathMatch>(
      (folder, _, index) => matcher.match(parts.slice(0, index + 1).join('/'), folder),
      matcher.root,
    )
    return found.isMatched
  }
  return { alone: paths.map((path) => matcher.isMatched(path)), walked: paths.map(walk) }
}

/** BuildKit refuses stages that copy from each other, needed or not. Circles that lead through FROM it runs into later. */
function hasCircularCopies({ stages }: EvaluatedDockerfile): boolean {
  const needs = stages.map((stage) =>
    stageDependencies(stage).flatMap(({ reason, index }) => (reason === 'from' ? [] : [index])),
  )
  const reaches = (from: number, to: number, seen: ReadonlySet<number>): boolean =>
    (needs[from] ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, new Set([...seen, next]))))
  return stages.some(({ stage }) => reaches(stage.index, stage.index, new Set()))
}

function isReference(name: string): boolean {
  try {
    parseReference(name)
    return true
  } catch {
    return false
  }
}

/** The parts of an image's config that Dockerfiles make out of values. */
interface Config {
  readonly environment: Map<string, string>
  readonly labels: Map<string, string>
  readonly ports: Set<string>
  readonly volumes: Set<string>
  user: string
  stopSignal: string
}

/** What BuildKit finds only in stages that it builds. */
// prettier-ignore
const laterProblems: ReadonlySet<string> = new Set([
  'unterminated-quote', 'bad-substitution', 'required-variable', 'bad-mount', 'bad-port', 'bad-signal', 'stage-not-built-yet', 'circular-stages',
  ])

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function answerEvaluation(question: EvaluationQuestion): unknown {
  const { document, diagnostics } = parseDockerfile(question.text)
  const image = { environment: new Map(Object.entries(question.variables)), triggers: question.triggers }
  const options = {
    buildArguments: new Map(Object.entries(question.buildArguments)),
    target: question.target,
    buildPlatform: { os: 'linux', architecture: 'amd64' },
    targetPlatform: { os: 'linux', architecture: question.architecture },
  }
  const bases = evaluateDockerfile(document, options).stages.filter(({ base }) => base.kind === 'image')
  const baseImages = new Map(bases.map(({ stage }) => [stage.index, image]))
  const evaluated = evaluateDockerfile(document, { ...options, baseImages })
  const { target } = evaluated
  const errors = [...diagnostics, ...evaluated.diagnostics].filter(({ severity }) => severity === 'error')
  if (target === undefined) return { error: true }
  const needed = neededStages(evaluated, target)
  const concerns = (start: number): boolean =>
    needed.some(({ stage }) => {
      const last = stage.instructions.at(-1) ?? stage.from
      return start >= stage.from.lines.start && start < last.lines.end
    })
  if (errors.some(({ code, range }) => !laterProblems.has(code) || concerns(range.start))) return { error: true }
  if (hasCircularCopies(evaluated)) return { error: true }
  if (!evaluated.stages.every(({ base }) => base.kind !== 'image' || isReference(base.reference)))
    return { error: true }
  return { ...describeConfig(evaluated, target, image.environment), ...undefinedVariables(evaluated, needed) }
}

function describeConfig(
  evaluated: EvaluatedDockerfile,
  target: EvaluatedStage,
  imageEnvironment: ReadonlyMap<string, string>,
): object {
  const configs: Config[] = []
  for (const stage of evaluated.stages) {
    const base = stage.base.kind === 'stage' ? configs[stage.base.index] : undefined
    const environment = stage.base.kind === 'image' ? imageEnvironment : base?.environment
    const config: Config = {
      environment: new Map(environment),
      labels: new Map(base?.labels),
      ports: new Set(base?.ports),
      volumes: new Set(base?.volumes),
      user: base?.user ?? '',
      stopSignal: base?.stopSignal ?? '',
    }
    if (!config.environment.has('PATH')) config.environment.set('PATH', defaultPath)
    applyInstructions(stage, config)
    configs.push(config)
  }
  const config = configs[target.stage.index]
  return {
    environment: Object.fromEntries(config?.environment ?? []),
    labels: Object.fromEntries(config?.labels ?? []),
    ports: sorted(config?.ports ?? []),
    volumes: sorted(config?.volumes ?? []),
    user: config?.user,
    stopSignal: config?.stopSignal,
  }
}

function applyInstructions(stage: EvaluatedStage, config: Config): void {
  for (const each of stage.instructions) {
    if (each.kind === 'env') for (const { name, value } of each.pairs) config.environment.set(name, value)
    if (each.kind === 'label') for (const { name, value } of each.pairs) config.labels.set(name, value)
    if (each.kind === 'volume') for (const path of each.paths) config.volumes.add(path)
    if (each.kind === 'user') config.user = each.value
    if (each.kind === 'stopsignal') config.stopSignal = each.value
    for (const { first, last, protocol } of each.kind === 'expose' ? each.ports : []) {
      for (let port = first; port <= last; port += 1) config.ports.add(`${port}/${protocol}`)
    }
  }
}

/** What BuildKit warns of: not in EXPOSE. */
function undefinedVariables(evaluated: EvaluatedDockerfile, needed: readonly EvaluatedStage[]): object {
  const used = needed.flatMap(({ instructions }) => instructions.flatMap((each) => (each.kind === 'expose' ? [] : each.variables))) // prettier-ignore
  const isUndefined = (use: { readonly isSet: boolean; readonly isDeclared: boolean }): boolean =>
    !use.isSet && !use.isDeclared
  return {
    undefined: sorted(used.filter(isUndefined).map(({ name }) => name)),
    undefinedInFrom: sorted(evaluated.stages.flatMap(({ variables }) => variables.filter(isUndefined).map(({ name }) => name))), // prettier-ignore
  }
}
