/** What a check found. */
export interface CheckResult {
  readonly name: string
  /** `warning`: it works, and worse than it could. `missing`: something does not work. */
  readonly state: 'ok' | 'warning' | 'missing'
  /** What is there, or what is not, in a line. */
  readonly finding: string
  /** What it means for whoever builds. */
  readonly meaning: string | undefined
  /** The least that helps: a command where there is one. */
  readonly fix: string | undefined
  /** Nothing can be built that runs something. */
  readonly stopsBuilds: boolean
}

export function ok(name: string, finding: string): CheckResult {
  return { name, state: 'ok', finding, meaning: undefined, fix: undefined, stopsBuilds: false }
}

export function warning(name: string, finding: string, meaning: string, fix?: string): CheckResult {
  return { name, state: 'warning', finding, meaning, fix, stopsBuilds: false }
}

export function missing(name: string, finding: string, meaning: string, fix?: string): CheckResult {
  return { name, state: 'missing', finding, meaning, fix, stopsBuilds: false }
}

/** {@link missing} what every build needs in which something runs. */
export function stopping(name: string, finding: string, meaning: string, fix: string | undefined): CheckResult {
  return { ...missing(name, finding, meaning, fix), stopsBuilds: true }
}
