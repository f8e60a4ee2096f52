import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import type { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { ImageError } from '../../image/errors.ts'
import { childrenOf, parseManifest, type ManifestDocument } from '../../image/manifest.ts'
import { isManifestMediaType, isNonDistributable } from '../../image/media-type.ts'
import { hasBlob, isDamage, readBlob } from './blobs.ts'
import type { LayoutPaths } from './paths.ts'

/** Everything that can be reached from some roots, the roots among it. */
export interface ContentGraph {
  /** Blobs that are there with the right size. */
  readonly blobs: Map<Digest, Descriptor>
  /** Manifests and indexes that could be read: these are among the blobs too. */
  readonly documents: Map<Digest, ManifestDocument>
  /** What is pointed to and not there, non-distributable layers excepted: these may be left out. */
  readonly missing: Map<Digest, Descriptor>
  /** Manifests that are there, but damaged or not understood: what they point to is not known. */
  readonly unreadable: Map<Digest, { readonly descriptor: Descriptor; readonly error: OperationError }>
}

function emptyGraph(): ContentGraph {
  return { blobs: new Map(), documents: new Map(), missing: new Map(), unreadable: new Map() }
}

/** Walks from the roots to all that they point to, and adds it to `graph`; what is there already is not read again. */
export async function walkContent(
  paths: LayoutPaths,
  roots: Iterable<Descriptor>,
  job: Job,
  graph: ContentGraph = emptyGraph(),
): Promise<ContentGraph> {
  const open = [...roots]
  for (let descriptor = open.pop(); descriptor !== undefined; descriptor = open.pop()) {
    job.signal.throwIfAborted()
    if (isKnown(graph, descriptor)) continue
    if (!(await hasBlob(paths, descriptor))) {
      if (!isNonDistributable(descriptor.mediaType)) graph.missing.set(descriptor.digest, descriptor)
      continue
    }
    graph.blobs.set(descriptor.digest, descriptor)
    if (!isManifestMediaType(descriptor.mediaType)) continue
    const document = await readDocumentOf(paths, descriptor, job, graph)
    if (document !== undefined) open.push(...childrenOf(document))
  }
  return graph
}

/** The same bytes may be listed as a manifest here and as plain content there; as a manifest they must be looked into. */
function isKnown(graph: ContentGraph, { digest, mediaType }: Descriptor): boolean {
  if (graph.missing.has(digest)) return true
  if (!graph.blobs.has(digest)) return false
  return !isManifestMediaType(mediaType) || graph.documents.has(digest) || graph.unreadable.has(digest)
}

async function readDocumentOf(
  paths: LayoutPaths,
  descriptor: Descriptor,
  job: Job,
  graph: ContentGraph,
): Promise<ManifestDocument | undefined> {
  try {
    const document = await readDocument(paths, descriptor, job)
    graph.documents.set(descriptor.digest, document)
    return document
  } catch (error) {
    if (!(error instanceof ImageError || isDamage(error))) throw error
    graph.unreadable.set(descriptor.digest, { descriptor, error })
    return undefined
  }
}

/** A manifest or index of the store. @throws ImageError `not-found`, `bad-document`, …; StoreError `blob-damaged` */
export async function readDocument(paths: LayoutPaths, descriptor: Descriptor, job: Job): Promise<ManifestDocument> {
  const bytes = await readBlob(paths, descriptor, job.limits.manifestBytesMax)
  return parseManifest(bytes, descriptor.mediaType, `manifest ${descriptor.digest}`, job.limits)
}
