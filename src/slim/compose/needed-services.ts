import type { ComposeService } from './compose-schema.ts'

/** The services that run beside an app. */
export interface NeededServices {
  /** Each behind those that it needs. */
  readonly names: readonly string[]
  /** Those of which somebody waits for the end. */
  readonly completed: ReadonlySet<string>
}

/** What an app depends on, directly or not; where it says nothing of that, all others that are in no profile. */
export function neededServices(
  services: Readonly<Record<string, ComposeService>>,
  app: string,
): NeededServices | { readonly problem: string } {
  const names: string[] = []
  const completed = new Set<string>()
  const visit = (name: string, above: readonly string[]): string | undefined => {
    if (above.includes(name)) return `${[...above, name].join(' needs ')}: that is a circle`
    const service = services[name]
    if (service === undefined) return `${above.at(-1) ?? app} depends on ${name}, which is not there`
    for (const [other, condition] of dependenciesOf(service)) {
      if (condition === 'service_completed_successfully') completed.add(other)
      const problem = visit(other, [...above, name])
      if (problem !== undefined) return problem
    }
    if (name !== app && !names.includes(name)) names.push(name)
    return undefined
  }
  const own = services[app]
  const isSaid = own !== undefined && dependenciesOf(own).length > 0
  const others = Object.keys(services).filter((name) => name !== app && services[name]?.profiles === undefined)
  for (const name of isSaid ? [app] : others) {
    const problem = visit(name, [])
    if (problem !== undefined) return { problem }
  }
  return { names, completed }
}

function dependenciesOf({ depends_on: depends }: ComposeService): readonly (readonly [string, string | undefined])[] {
  if (depends === undefined) return []
  if (Array.isArray(depends)) return depends.map((name) => [name, undefined])
  return Object.entries(depends).map(([name, { condition }]) => [name, condition])
}
