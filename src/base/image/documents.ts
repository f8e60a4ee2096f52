import type { Descriptor, Platform } from '../../image/descriptor.ts'
import { digestOf } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { lastOf } from '../chain/settings.ts'
import type { RecipeChain } from '../recipe.ts'
import type { AssembledLayer } from './assemble-image.ts'

/** A document with the descriptor of its bytes. */
export interface WrittenDocument {
  readonly bytes: Uint8Array
  readonly descriptor: Descriptor
}

/** The config of an image: image-spec, config.md. */
export function imageConfig(
  chain: RecipeChain,
  suite: string,
  platform: Platform,
  layers: readonly AssembledLayer[],
): WrittenDocument {
  const history = layers.map(({ locked, dateSeconds }) => ({
    created: isoDate(dateSeconds),
    created_by: `wherry base ${locked.name}`,
    comment: [`Debian ${suite}`, ...locked.packages.map(({ name, version }) => `${name}=${version}`)].join(' '),
  }))
  const { architecture, os, variant } = platform
  return writeDocument(mediaTypes.ociConfig, {
    created: isoDate(dateOf(layers)),
    ...{ architecture, os },
    ...(variant === undefined ? {} : { variant }),
    config: runConfig(chain),
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history,
  })
}

function runConfig(chain: RecipeChain): Readonly<Record<string, unknown>> {
  const environment = merged(chain.links.map(({ recipe }) => recipe.environment))
  const labels = merged(chain.links.map(({ recipe }) => recipe.labels))
  const ports = chain.links
    .flatMap(({ recipe }) => recipe.ports ?? [])
    .map((port) => (port.includes('/') ? port : `${port}/tcp`))
  const entries = {
    User: lastOf(chain, (recipe) => recipe.user),
    ExposedPorts: ports.length === 0 ? undefined : Object.fromEntries(ports.map((port) => [port, {}])),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ...startOf(chain),
    WorkingDir: lastOf(chain, (recipe) => recipe['working-directory']),
    Labels: Object.keys(labels).length === 0 ? undefined : labels,
    StopSignal: lastOf(chain, (recipe) => recipe['stop-signal']),
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}

/** As in Dockerfiles, a new entrypoint does away with the command that was for the old one. */
function startOf(chain: RecipeChain): {
  readonly Entrypoint: readonly string[] | undefined
  readonly Cmd: readonly string[] | undefined
} {
  let [Entrypoint, Cmd]: (readonly string[] | undefined)[] = []
  for (const { recipe } of chain.links) {
    if (recipe.entrypoint !== undefined) [Entrypoint, Cmd] = [recipe.entrypoint, undefined]
    Cmd = recipe.command ?? Cmd
  }
  return { Entrypoint, Cmd }
}

function merged(records: readonly (Readonly<Record<string, string>> | undefined)[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...records)
}

/** The manifest of an image: image-spec, manifest.md. Notes are annotations, since labels pass on to images made from it. */
export function imageManifest(
  chain: RecipeChain,
  suite: string,
  config: Descriptor,
  layers: readonly AssembledLayer[],
): WrittenDocument {
  return writeDocument(mediaTypes.ociManifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config,
    layers: layers.map(({ descriptor }) => descriptor),
    annotations: annotations(chain, suite, dateOf(layers)),
  })
}

/** The index of images for several platforms: image-spec, image-index.md. */
export function imageIndex(
  chain: RecipeChain,
  suite: string,
  images: readonly { readonly descriptor: Descriptor; readonly platform: Platform; readonly dateSeconds: number }[],
): WrittenDocument {
  return writeDocument(mediaTypes.ociIndex, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: images.map(({ descriptor, platform }) => ({ ...descriptor, platform })),
    annotations: annotations(chain, suite, Math.max(...images.map(({ dateSeconds }) => dateSeconds))),
  })
}

function annotations(chain: RecipeChain, suite: string, dateSeconds: number): Readonly<Record<string, string>> {
  const description = chain.links.at(-1)?.recipe.description
  return {
    'org.opencontainers.image.created': isoDate(dateSeconds),
    ...(description === undefined ? {} : { 'org.opencontainers.image.description': description }),
    'org.opencontainers.image.title': `${chain.name} on Debian ${suite}`,
  }
}

/** That of the newest layer. */
export function dateOf(layers: readonly AssembledLayer[]): number {
  return layers.at(-1)?.dateSeconds ?? 0
}

function writeDocument(mediaType: string, value: unknown): WrittenDocument {
  const bytes = Buffer.from(JSON.stringify(value))
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}

function isoDate(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}
