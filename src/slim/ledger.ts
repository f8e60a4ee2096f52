/** Why a file stays. */
export type KeepCause =
  /** It was opened while the app was asked. */
  | 'read'
  /** It was executed. */
  | 'executed'
  /** Something that stays needs it: `by` names it, `how` says in what way (`ELF needs libz.so.1`, `imports`, `#!`). */
  | 'needed'
  /** The app's own file, which it may read on another day. */
  | 'app'
  /** A usual part of systems that libraries read without being told to: certificates, users, time zones, … */
  | 'system'
  /** What scanners need to know what is inside. */
  | 'metadata'
  /** The user asked for it. */
  | 'asked'
  /** The proof failed without it. */
  | 'repaired'
  /** A folder that something lies in that stays, or a link that leads there. */
  | 'way'

/** Why a file goes. */
export type DropCause =
  | 'unused'
  | 'source'
  | 'test'
  | 'documentation'
  | 'headers'
  | 'compiler'
  | 'package-manager'
  | 'shell'
  | 'setuid'
  | 'cache'
  | 'excluded'

/** What becomes of one path of the before image, and why. */
export interface Verdict {
  readonly path: string
  readonly isKept: boolean
  readonly cause: KeepCause | DropCause
  /** What needs it, or what it is, in words: `/usr/bin/node needs libstdc++.so.6`. Empty where the cause says it all. */
  readonly detail: string
  readonly sizeBytes: number
}

/** A package of the system of the before image whose files stay, at least one of them. */
export interface KeptPackage {
  readonly manager: 'dpkg' | 'apk'
  readonly name: string
  readonly version: string
}

/** What becomes of every path, in the order of the tree. */
export interface Ledger {
  readonly verdicts: readonly Verdict[]
  readonly packages: readonly KeptPackage[]
}
