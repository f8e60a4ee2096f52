import type { VariableScope } from '../evaluated.ts'

/** Longer chains of stages are copied into one map, so that finding a variable stays quick. */
const depthMax = 32

/** The variables of a stage while it is evaluated. */
export interface Scope extends VariableScope {
  /** ENV: a variable of the image. */
  setEnvironment(name: string, value: string): void
  /** ARG: a variable of the build only. */
  setArgument(name: string, value: string): void
  /** ARG names a variable, with a value or without. */
  declare(name: string): void
  isDeclared(name: string): boolean
  /** The image's variables that an ARG of this stage hides. */
  hiddenEnvironment(): ReadonlyMap<string, string>
  /** This scope and those below it, the lowest first. */
  readonly layers: readonly Layer[]
}

interface Layer {
  /** Everything that has a value. */
  readonly values: Map<string, string>
  /** What ENV gave one. */
  readonly environment: Map<string, string>
  readonly declared: Set<string>
}

/**
 * @param parent The scope of the base stage, which changes no more. What it hid of the image's variables is seen again.
 * @param environment The variables of the base image.
 */
export function createScope(parent: Scope | undefined, environment: ReadonlyMap<string, string> = new Map()): Scope {
  const initial = parent?.hiddenEnvironment() ?? environment
  const own: Layer = { values: new Map(initial), environment: new Map(environment), declared: new Set() }
  const below = parent === undefined ? [] : parent.layers.length < depthMax ? parent.layers : [flatten(parent.layers)]
  const layers = [...below, own]
  const hidden = new Set<string>()
  const environmentValue = (name: string): string | undefined =>
    layers.findLast((layer) => layer.environment.has(name))?.environment.get(name)
  return {
    layers,
    get: (name) => layers.findLast(({ values }) => values.has(name))?.values.get(name),
    setEnvironment(name, value) {
      own.values.set(name, value)
      own.environment.set(name, value)
      hidden.delete(name)
    },
    setArgument(name, value) {
      own.values.set(name, value)
      if (environmentValue(name) !== undefined) hidden.add(name)
    },
    entries: () => flatten(layers).values,
    declare: (name) => void own.declared.add(name),
    isDeclared: (name) => layers.some(({ declared }) => declared.has(name)),
    hiddenEnvironment: () => new Map([...hidden].map((name) => [name, environmentValue(name) ?? ''])),
  }
}

function flatten(layers: readonly Layer[]): Layer {
  const whole: Layer = { values: new Map(), environment: new Map(), declared: new Set() }
  for (const layer of layers) {
    for (const [name, value] of layer.values) whole.values.set(name, value)
    for (const [name, value] of layer.environment) whole.environment.set(name, value)
    for (const name of layer.declared) whole.declared.add(name)
  }
  return whole
}
