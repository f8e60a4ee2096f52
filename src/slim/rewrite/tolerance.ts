import type { FileEntry } from '../../filetree/file-entry.ts'
import type { Verdict } from '../ledger.ts'

const harmless: ReadonlySet<string> = new Set(['unused', 'documentation', 'test', 'headers', 'cache'])

/**
 * Whether something that is dropped may come along where that spares a line: nothing that can be run, nothing with a privilege, no device,
 * no source, nothing that is not everybody's to read, nothing that the user excluded, and no part of a shell, a compiler or a package manager.
 */
export function canBeTolerated({ kind, mode }: FileEntry, verdict: Verdict | undefined): boolean {
  if (verdict === undefined || !harmless.has(verdict.cause)) return false
  if (kind === 'directory') return (mode & 0o6000) === 0 && (mode & 0o004) !== 0
  return (kind === 'file' && (mode & 0o6111) === 0 && (mode & 0o004) !== 0) || kind === 'symbolic-link'
}
