import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorMessage } from '../../std/errors.ts'
import { CliError, wrongUsage } from '../errors.ts'
import type { SlimOptions } from './options.ts'

/** Where what comes of a slimming goes; `-` is standard output. */
export interface ResultPlaces {
  readonly dockerfile: string
  readonly ledger: string | undefined
  readonly proof: string | undefined
  readonly card: string | undefined
  /** Whether standard output is taken, so that the card goes to standard error. */
  readonly isOutputTaken: boolean
}

/**
 * Finds them, and whether they can be written to: nobody wants to hear of that when all the work is done.
 *
 * @throws CliError `wrong-usage` for two results in one place, `file-failed`
 */
export async function resultPlaces(
  { output, ledger, proof, card, format }: Pick<SlimOptions, 'output' | 'ledger' | 'proof' | 'card' | 'format'>,
  defaultPath: string | undefined,
): Promise<ResultPlaces> {
  const dockerfile = output ?? defaultPath ?? '-'
  const paths = [dockerfile, ledger, proof, card].filter((path) => path !== undefined)
  const printed = paths.filter((path) => path === '-').length + (format === 'json' ? 1 : 0)
  if (printed > 1) {
    wrongUsage('standard output can hold one result', 'Name files for the others: --output FILE, --ledger FILE.')
  }
  for (const path of paths) if (path !== '-') await checkWritable(path)
  return { dockerfile, ledger, proof, card, isOutputTaken: printed === 1 && format !== 'json' }
}

async function checkWritable(path: string): Promise<void> {
  try {
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory() === true) throw new Error('it is a folder')
    await access(found === undefined ? dirname(path) : path, constants.W_OK)
  } catch (cause) {
    throw new CliError('file-failed', `cannot write ${path}: ${errorMessage(cause)}`, {
      cause,
      hint: 'Name another place, or - for standard output.',
    })
  }
}
