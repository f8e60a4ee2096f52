/** Paths that were made only so that something could be mounted there, and the directories on the way to them. */
export class MountPoints {
  readonly #paths = new Set<string>()
  readonly #folders = new Set<string>()

  /** @param paths absolute. */
  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const names = path.split('/').filter((name) => name !== '' && name !== '.')
      this.#paths.add(`/${names.join('/')}`)
      for (let depth = 1; depth < names.length; depth += 1) this.#folders.add(`/${names.slice(0, depth).join('/')}`)
    }
  }

  /** Whether it is one. */
  has(path: string): boolean {
    return this.#paths.has(path)
  }

  /** Whether it is one, or on the way to one. */
  leadsTo(path: string): boolean {
    return this.#paths.has(path) || this.#folders.has(path)
  }
}
