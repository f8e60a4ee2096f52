/** A Dockerfile that both BuildKit (`test/differential/buildkit`) and wherry judge. */
export interface LintQuestion {
  readonly kind: 'lint'
  readonly text: string
  /** Empty for all stages. */
  readonly target?: string
  /** What is built for; by default what the build runs on, linux/amd64. */
  readonly platform?: string
  readonly buildArguments?: Readonly<Record<string, string>>
  /** The `.dockerignore` of the context. */
  readonly ignore?: string
  /** What is known of images, by the name that FROM gives them, without a tag. Others have an empty config. */
  readonly images?: Readonly<Record<string, LintImage>>
}

/** The parts of an image's config that checks look at. */
export interface LintImage {
  /** By default the image is there for every platform. */
  readonly platform?: string
  /** `NAME=value` */
  readonly environment?: readonly string[]
  /** ONBUILD */
  readonly triggers?: readonly string[]
  readonly shell?: readonly string[]
  readonly workingDirectory?: string
  /** It has no layers. */
  readonly isEmpty?: boolean
}

/** Lines count from 1, the last one included. */
export type LineSpan = readonly [first: number, last: number]

/** One thing that a check found. */
export interface LintFinding {
  readonly rule: string
  readonly lines: LineSpan
  readonly message: string
}

/** What BuildKit says to a question. It stops at the first mistake. */
export interface LintAnswer {
  readonly findings: readonly LintFinding[]
  readonly failure?: { readonly message: string; readonly lines: readonly LineSpan[] }
}

type LintCircumstances = Omit<LintQuestion, 'kind' | 'text'>

/** A question about a text with a line end behind it. */
export function ask(text: string, extras: LintCircumstances = {}): LintQuestion {
  return { kind: 'lint', text: `${text}\n`, ...extras }
}

/** Questions about texts that need nothing else. */
export function askAll(...texts: readonly string[]): readonly LintQuestion[] {
  return texts.map((text) => ask(text))
}

/** A stage with these lines. */
export function stage(...lines: readonly string[]): string {
  return ['FROM base', ...lines].join('\n')
}

/** Questions about files of one stage, of which the lines behind FROM are given. */
export function stages(...bodies: readonly string[]): readonly LintQuestion[] {
  return bodies.map((body) => ask(stage(body)))
}
