import { posix } from 'node:path'
import type { MadeFile } from '../tree/placed.ts'
import { link, type LayerContext, type Provider } from './provider.ts'

/**
 * What update-alternatives(1) links for the packages of a layer: what their script says in so many words, and Java's programs,
 * which its script finds by looking. The highest priority wins; a lower layer's choice stays unless this one's is higher.
 */
export const alternatives: Provider = (context) => {
  const chosen = new Map<string, { readonly path: string; readonly priority: number; readonly layer: number }>()
  const own = new Set(context.packages)
  for (const [name, { contents }] of context.selections) {
    const layer = own.has(name) ? context.layer : -1
    for (const { link: at, path, priority } of contents.alternatives) {
      const known = chosen.get(at)
      if (known !== undefined && known.priority >= priority) continue
      if (context.tree.has(inside(path))) chosen.set(at, { path, priority, layer })
    }
  }
  const links = [...chosen].flatMap(([at, { path, layer }]) =>
    layer === context.layer && isFree(context, inside(at)) ? alternativeLinks(inside(at), path) : [],
  )
  return [...links, ...javaPrograms(context)]
}

/** Whether no package has the name for itself. */
function isFree({ tree }: LayerContext, path: string): boolean {
  return !tree.has(path) || tree.file(path)?.from === 'made'
}

function alternativeLinks(at: string, path: string): readonly MadeFile[] {
  const name = `etc/alternatives/${posix.basename(at)}`
  return [link(at, `/${name}`), link(name, path)]
}

function javaPrograms({ tree, layer }: LayerContext): readonly MadeFile[] {
  const made: MadeFile[] = []
  for (const [path, placed] of tree.files()) {
    const name = /^usr\/lib\/jvm\/java-\d+-openjdk-[^/]+\/bin\/([^/]+)$/.exec(path)?.[1]
    if (name === undefined || placed.layer !== layer || tree.has(`usr/bin/${name}`)) continue
    made.push(...alternativeLinks(`usr/bin/${name}`, `/${path}`))
  }
  return made
}

function inside(path: string): string {
  return posix.normalize(path).replace(/^\/+/, '')
}
