/** One kind of access that a token allows: distribution's token specification, "Requesting a Token", `scope`. */
export interface Scope {
  /** `repository`, or something that a registry made up. */
  readonly type: string
  readonly name: string
  readonly actions: readonly string[]
}

export function repositoryScope(name: string, ...actions: readonly string[]): Scope {
  return { type: 'repository', name, actions }
}

/** `repository:library/node:pull,push`. A name may hold colons. Undefined for what is no scope of this form. */
export function parseScope(text: string): Scope | undefined {
  const [first, last] = [text.indexOf(':'), text.lastIndexOf(':')]
  if (first === -1 || first === last) return undefined
  const actions = text
    .slice(last + 1)
    .split(',')
    .filter((action) => action !== '')
  return { type: text.slice(0, first), name: text.slice(first + 1, last), actions }
}

export function formatScope(scope: Scope): string {
  return `${scope.type}:${scope.name}:${scope.actions.join(',')}`
}

/** All of it, one scope a resource, in a fixed order. */
export function mergeScopes(scopes: readonly Scope[]): readonly Scope[] {
  const merged = new Map<string, Scope>()
  for (const scope of scopes) {
    const key = `${scope.type}:${scope.name}`
    const actions = new Set([...(merged.get(key)?.actions ?? []), ...scope.actions])
    merged.set(key, { ...scope, actions: [...actions].sort() })
  }
  return [...merged.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scope]) => scope)
}

/** Whether a token for `held` allows what `wanted` says. */
export function coversScopes(held: readonly Scope[], wanted: readonly Scope[]): boolean {
  return wanted.every((scope) => {
    const match = held.find((one) => one.type === scope.type && one.name === scope.name)
    return match !== undefined && scope.actions.every((action) => match.actions.includes(action))
  })
}
