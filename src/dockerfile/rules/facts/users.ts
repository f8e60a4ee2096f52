/** Whether somebody is root. Undefined where it is not known who it is. */
export function isRoot(user: string | undefined): boolean | undefined {
  if (user === undefined) return undefined
  const name = user.split(':', 1)[0] ?? ''
  return name === '' || name === 'root' || /^0+$/.test(name)
}
