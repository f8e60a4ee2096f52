import { compressionVersion } from '../../archive/compression-version.ts'
import type { Digest } from '../../image/digest.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import type { StepKey } from './step-cache.ts'

/** What goes into a key: text, numbers, lists and records of these. Records count by their names, whatever their order. */
export type KeyPart =
  string | number | boolean | null | undefined | readonly KeyPart[] | { readonly [name: string]: KeyPart }

/** Raise it when a step does something else than before for the same definition. */
const keyVersion = 1

/** The key of a definition. */
export function stepKey(definition: { readonly [name: string]: KeyPart }): StepKey {
  return sha256(JSON.stringify(canonical({ ...definition, keyVersion, compressionVersion })))
}

/** The digest of a file system that is another one with a layer on top. */
export function chainDigest(below: Digest, diffId: Digest): Digest {
  return `sha256:${sha256(`${below} ${diffId}`)}`
}

/** Nothing: what `FROM scratch` begins with. */
export const scratchDigest: Digest = `sha256:${'0'.repeat(64)}`

function sha256(text: string): string {
  return cryptoModule().hash('sha256', text)
}

function canonical(part: KeyPart): KeyPart {
  if (typeof part !== 'object' || part === null) return part
  if (isList(part)) return part.map(canonical)
  const names = Object.keys(part).toSorted()
  return Object.fromEntries(names.map((name) => [name, canonical(part[name])]))
}

function isList(part: KeyPart): part is readonly KeyPart[] {
  return Array.isArray(part)
}
