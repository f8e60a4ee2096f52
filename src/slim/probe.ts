import type { ExitResult } from '../sandbox/process-spec.ts'

/** One question to an app. */
export type Probe =
  /** A request. Without a port it goes to the first that the app listens on. */
  | {
      readonly kind: 'http'
      readonly method: string
      /** With the query. */
      readonly path: string
      readonly port: number | undefined
      readonly headers: ReadonlyMap<string, string>
      readonly body: Uint8Array | undefined
    }
  /** The image's HEALTHCHECK, run in the app's namespaces. */
  | { readonly kind: 'health'; readonly command: readonly string[] }
  /** The app itself is the question: it runs to its end. */
  | { readonly kind: 'exit' }
  /** A command of this machine, which finds the app at `WHERRY_URL` and `WHERRY_PORT_<n>`. */
  | { readonly kind: 'command'; readonly command: string }

/** How an app is to be asked. */
export interface ProbePlan {
  readonly probes: readonly Probe[]
  /** Whether links of answers are followed, and an OpenAPI document's GET operations asked. */
  readonly explores: boolean
  /** TCP ports that the image exposes: where the app listens on one of them, that is the one which is asked. */
  readonly ports: readonly number[]
  /** `ends`: a tool, whose end is the answer. */
  readonly expects: 'anything' | 'listens' | 'ends'
  /** Whether an app was asked like this before. What fails then is an answer like any other, and not an error. */
  readonly isRepeat: boolean
  /** How long the app may take until it listens, or ends. */
  readonly readyMs: number
  /** How long one answer may take. */
  readonly answerMs: number
}

/** What came of a probe. Bodies are kept to a bound, and known by their digest beyond it. */
export type ProbeAnswer =
  | {
      readonly kind: 'http'
      readonly status: number
      /** Lower-case names, sorted; those of the connection are left out. */
      readonly headers: ReadonlyMap<string, string>
      readonly body: Uint8Array
      readonly bodyBytes: number
      readonly bodyDigest: string
      readonly elapsedMs: number
    }
  | {
      readonly kind: 'process'
      readonly result: ExitResult
      readonly stdout: Uint8Array
      readonly stderr: Uint8Array
      readonly elapsedMs: number
    }
  /** Nothing came: why not, in words. */
  | { readonly kind: 'none'; readonly reason: string }

/** A probe, and what came of it. */
export interface AskedProbe {
  /** The same probe has the same title in each run, and in each round. */
  readonly title: string
  readonly probe: Probe
  /** Everything is asked once and once again, and some of it at the same time. */
  readonly round: 'first' | 'again' | 'together'
  readonly answer: ProbeAnswer
}

/** All that was asked of one run of an app, and what it answered. */
export interface ProbeRecord {
  /** Titles are `GET /users?id=1`, `health check`, `exit`, `npm test`. */
  readonly asked: readonly AskedProbe[]
  /** From the start of the process until its port was open; undefined for what was run to its end. */
  readonly readyMs: number | undefined
  /** From the start of the process until the first answer. */
  readonly firstAnswerMs: number | undefined
  readonly ports: readonly number[]
  /** Of an app that ended while it was asked, though it should not have. */
  readonly endedEarly: ExitResult | undefined
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

/** One answer that is not what it was. */
export interface AnswerDifference {
  readonly title: string
  /** `status`, `header content-type`, `body`, `exit status`, `output`, `no answer`. */
  readonly what: string
  readonly before: string
  readonly after: string
}
