import { array, boolean, number, object, string } from 'valibot'
import { readFile, stat } from 'node:fs/promises'
import { readCard, type Card } from '../../compare/card.ts'
import type { FileFate } from '../../compare/file-fate.ts'
import { CompareError } from '../../compare/errors.ts'
import type { Verdict } from '../../slim/ledger.ts'
import { JsonError, parseJson } from '../../std/json.ts'
import { errorMessage } from '../../std/errors.ts'
import { CliError } from '../errors.ts'

/** Cards with all differences of two large images have some megabytes. */
const cardBytesMax = 256 * 1024 * 1024

/** Reads a card that an earlier run has printed. @throws CliError `file-failed`; CompareError `bad-card` */
export async function readBaseline(path: string): Promise<Card> {
  return readCard(await read(path), path)
}

const ledgerSchema = object({
  verdicts: array(
    object({ path: string(), isKept: boolean(), cause: string(), detail: string(), sizeBytes: number() }),
  ),
})

/** Reads a ledger that slim has written. @throws CliError `file-failed`; CompareError `bad-card` */
export async function readLedger(path: string): Promise<readonly FileFate[]> {
  return fatesOf(parseLedger(await read(path), path))
}

/** A ledger, as it was made or as it was read. */
interface ToldLedger {
  readonly verdicts: readonly (Omit<Verdict, 'cause'> & { readonly cause: string })[]
}

/** What became of each file, as the page tells it. */
export function fatesOf({ verdicts }: ToldLedger): readonly FileFate[] {
  return verdicts.map(({ path, isKept, cause, detail, sizeBytes }) => ({
    ...{ path, fate: isKept ? 'kept' : 'dropped', sizeBytes },
    why: detail === '' ? cause : `${cause}: ${detail}`,
  }))
}

function parseLedger(bytes: Uint8Array, path: string) {
  try {
    return parseJson(bytes, ledgerSchema, path)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new CompareError('bad-card', error.message, {
      cause: error,
      hint: 'A ledger is what wherry slim --ledger writes.',
    })
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size > cardBytesMax) throw new Error(`it has more than ${cardBytesMax} bytes`)
    return await readFile(path)
  } catch (error) {
    throw new CliError('file-failed', `cannot read ${path}: ${errorMessage(error)}`, { cause: error })
  }
}
