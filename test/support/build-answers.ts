import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildCase } from './build-cases.ts'
import type { ReducedImage } from './build-reduce.ts'

/** What a peer made of a case: `expected.json`. */
export interface RecordedBuild {
  /** Who said so, with the version. */
  readonly peer: string
  /** Undefined where it failed. */
  readonly image: ReducedImage | undefined
  /** The last line of what it said when it failed. */
  readonly error?: string
}

function fileOf(each: BuildCase): string {
  return join(each.folder, 'expected.json')
}

/** Undefined where nobody was asked. The file is ours, so it is taken as it is. */
export function readRecordedBuild(each: BuildCase): RecordedBuild | undefined {
  if (!existsSync(fileOf(each))) return undefined
  return JSON.parse(readFileSync(fileOf(each), 'utf8'))
}

/** Keeps an answer in the repository. */
export function writeRecordedBuild(each: BuildCase, recorded: RecordedBuild): void {
  writeFileSync(fileOf(each), `${JSON.stringify(recorded, undefined, 1)}\n`)
}
