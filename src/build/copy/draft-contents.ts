import type { FileTime, TarContent, TarEntry } from '../../archive/tar-entry.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { printable } from '../../std/printable.ts'
import { compareNames } from '../context/compare-names.ts'
import { joinPath } from '../context/join-path.ts'
import { BuildError } from '../errors.ts'
import { noContent, type DraftEntry, type DraftNode, type LayerDraft, type Placed } from './layer-draft.ts'

/** What the times of a layer may be. */
export interface LayerDates {
  /** No time is later than this second, in seconds since 1970. */
  readonly latestSeconds: number
}

/**
 * The entries of the layer that a draft is: parents first, siblings by the bytes of their names. Directories on the way to what has
 * changed are there with the attributes that they have below: Docker unpacks a layer without looking at what is below it.
 *
 * @throws BuildError `context-unreadable` for names that mean something else in a layer
 */
export async function* draftContents(draft: LayerDraft, dates: LayerDates, job: Job): AsyncGenerator<TarContent> {
  const firstPaths = new Map<DraftEntry, string>()
  for (const { path, node } of walk(draft.root)) {
    job.signal.throwIfAborted()
    const below = draft.below?.get(path)
    const entry: Placed | undefined = node.own ?? below
    assert(entry !== undefined, `${path} is nowhere`)
    const name = path.slice(1)
    const { own } = node
    if (own === undefined || own.kind === 'directory') {
      yield { entry: tarEntry(`${name}/`, entry, dates), body: noContent() }
      if (node.hidesBelow && own !== undefined && below?.kind === 'directory') {
        yield { entry: tarEntry(`${name}/${opaqueName}`, opaqueMarker, dates), body: noContent() }
      }
      continue
    }
    checkName(path, own)
    const first = firstPaths.get(own)
    if (first === undefined) {
      firstPaths.set(own, name)
      yield { entry: tarEntry(name, own, dates), body: own.open(job), digest: own.knownDigest?.() }
    } else {
      const link = { ...tarEntry(name, own, dates), sizeBytes: 0, linkTarget: first }
      yield { entry: { ...link, kind: 'hard-link' }, body: noContent() }
    }
  }
}

const opaqueName = '.wh..wh..opq'

const opaqueMarker: DraftEntry = {
  kind: 'file',
  ...{ mode: 0o644, uid: 0, gid: 0, modified: { seconds: 0, nanoseconds: 0 }, xattrs: new Map() },
  ...{ linkTarget: '', deviceMajor: 0, deviceMinor: 0, sizeBytes: 0 },
  open: noContent,
}

interface Step {
  readonly path: string
  readonly node: DraftNode
}

/** All nodes but the root: parents first, siblings sorted. */
function* walk(root: DraftNode): Generator<Step> {
  const waiting = stepsIn(root, '/')
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    yield step
    for (const next of stepsIn(step.node, step.path)) waiting.push(next)
  }
}

const noSteps: Step[] = []

/** What lies in a directory, the last first. */
function stepsIn({ children }: DraftNode, path: string): Step[] {
  if (children === undefined) return noSteps
  const names = [...children.keys()].sort((left, right) => compareNames(right, left))
  return names.flatMap((name) => {
    const child = children.get(name)
    return child === undefined ? [] : [{ path: joinPath(path, name), node: child }]
  })
}

/** Image-spec, layer.md, "Whiteouts": such a file deletes another one; so does a device 0:0 under overlayfs. */
function checkName(path: string, { kind, deviceMajor, deviceMinor }: DraftEntry): void {
  const isWhiteout = path.slice(path.lastIndexOf('/') + 1).startsWith('.wh.')
  const isNoDevice = kind === 'character-device' && deviceMajor === 0 && deviceMinor === 0
  if (!isWhiteout && !isNoDevice) return
  const why = isWhiteout ? 'a file whose name begins with .wh. deletes another one' : 'a device 0:0 is a deleted file'
  throw new BuildError('context-unreadable', `${printable(path)} cannot be in an image: in a layer, ${why}`, {
    hint: 'Leave it out with --exclude or .dockerignore, or give it another name.',
  })
}

function tarEntry(path: string, entry: Placed, dates: LayerDates): TarEntry {
  const { kind, mode, uid, gid, sizeBytes, modified, linkTarget, deviceMajor, deviceMinor, xattrs } = entry
  return {
    ...{ path, kind, mode, uid, gid, sizeBytes, linkTarget, deviceMajor, deviceMinor },
    ...{ userName: '', groupName: '', sparse: undefined },
    modified: notLater(modified, dates),
    xattrs: layerXattrs(xattrs),
  }
}

function notLater(time: FileTime, { latestSeconds }: LayerDates): FileTime {
  return time.seconds < latestSeconds ? time : { seconds: latestSeconds, nanoseconds: 0 }
}

/** Those of the kernel's own file systems would change how the layer is read. */
function layerXattrs(xattrs: Placed['xattrs']): Placed['xattrs'] {
  if (xattrs.size === 0) return xattrs
  return new Map([...xattrs].filter(([name]) => !name.startsWith('trusted.')))
}
