/** Whether ADD fetches a source: a URL, or a Git repository (`git@host:path`). Everything else is of the build context. */
export function isRemoteSource(source: string): boolean {
  return /^(?:https?|git|ssh):\/\//i.test(source) || /^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:/.test(source)
}
