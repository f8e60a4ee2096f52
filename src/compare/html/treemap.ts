import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy'
import { formatSize } from '../../std/format-size.ts'
import type { FolderSum } from '../differences/folder-sums.ts'
import { escapeHtml } from './escape.ts'
import { widthOf } from './marks.ts'

type Side = 'beforeBytes' | 'afterBytes'

/** Whether a map stands beside one of another image. */
type Titles = Readonly<Record<Side, string>>

const titlesOfTwo: Titles = { beforeBytes: 'Folders before', afterBytes: 'Folders after' }

interface Area {
  readonly path: string
  readonly sizeBytes: number
  readonly areas: readonly Area[]
}

/** As wide windows show it; where the page gives the map another form, areas stay in proportion. */
const [width, height] = [1600, 1000]
const areasMax = 90
const huesMax = 7

/**
 * Two maps of folders, each as large as what is in it, and what the colours mean. Boxes are elements, not SVG: so their labels keep the size of
 * letters when the map does not keep its own, and those without room for one have none. Folders too small to be seen are part of the one they lie in.
 */
export function mapsHtml(root: FolderSum): string {
  const coloured = colouredFolders(root)
  return `<div class="panel"><div class="pair">${figureHtml(root, 'beforeBytes', coloured)}${figureHtml(root, 'afterBytes', coloured)}</div>${legendHtml(root, coloured, sizesOfTwo)}</div>`
}

/** One map, of the folders of one image: what the others have `after`. */
export function mapHtml(root: FolderSum): string {
  const coloured = colouredFolders(root)
  const titles = { ...titlesOfTwo, afterBytes: `Folders in ${root.path}` }
  return `<div class="panel wide">${figureHtml(root, 'afterBytes', coloured, titles)}${legendHtml(root, coloured, ({ afterBytes }) => formatSize(afterBytes))}</div>`
}

type Sizes = Pick<FolderSum, 'beforeBytes' | 'afterBytes'>

function sizesOfTwo({ beforeBytes, afterBytes }: Sizes): string {
  return `${formatSize(beforeBytes)} → ${formatSize(afterBytes)}`
}

function figureHtml(root: FolderSum, side: Side, coloured: readonly FolderSum[], titles = titlesOfTwo): string {
  const title = escapeHtml(titles[side])
  const size = formatSize(root[side])
  const map =
    root[side] === 0
      ? '<p class="soft">No files with content.</p>'
      : `<div class="map" role="img" aria-label="${title}, ${size}">${boxesHtml(root, side, coloured)}</div>`
  return `<figure><figcaption><span>${title}</span><b>${size}</b></figcaption>${map}</figure>`
}

function boxesHtml(root: FolderSum, side: Side, coloured: readonly FolderSum[]): string {
  const areas = { path: '/', sizeBytes: 0, areas: areasOf(root, side, root[side] / areasMax) }
  const node = hierarchy<Area>(areas, (area) => area.areas).sum(({ sizeBytes }) => sizeBytes)
  const laidOut = treemap<Area>().tile(treemapSquarify).size([width, height])(
    node.sort((one, other) => (other.value ?? 0) - (one.value ?? 0)),
  )
  const boxes = laidOut.leaves().map(({ data: { path, sizeBytes }, x0, x1, y0, y1 }) => {
    const [left, top] = [widthOf(x0, width), widthOf(y0, height)]
    const place = `left:${left};top:${top};width:${widthOf(x1 - x0, width)};height:${widthOf(y1 - y0, height)}`
    const size = formatSize(sizeBytes)
    const title = `${escapeHtml(path)}: ${size}`
    return `<i class="hue${hueOf(path, coloured)}" style="${place}" title="${title}"><b>${escapeHtml(labelOf(path))}</b><s>${size}</s></i>`
  })
  return boxes.join('')
}

/** What is in a folder itself, and its folders that are large enough, or theirs. */
function areasOf(folder: FolderSum, side: Side, leastBytes: number): readonly Area[] {
  const large = folder.folders.filter((each) => each[side] >= leastBytes && each[side] > 0)
  const rest = folder[side] - large.reduce((sum, each) => sum + each[side], 0)
  const own = rest > 0 ? [{ path: folder.path, sizeBytes: rest, areas: [] }] : []
  return [...own, ...large.flatMap((each) => areasOf(each, side, leastBytes))]
}

/** The largest folders have a colour of their own, the same in both maps. Most images have nearly all in /usr, where its folders are told apart. */
function colouredFolders(root: FolderSum): readonly FolderSum[] {
  const usr = root.folders.find(({ path }) => path === '/usr')
  const isMost = usr !== undefined && weightOf(usr) > weightOf(root) / 2
  const folders = isMost ? [...root.folders.filter((each) => each !== usr), ...usr.folders] : root.folders
  return folders
    .filter((each) => weightOf(each) > 0)
    .toSorted((one, other) => weightOf(other) - weightOf(one))
    .slice(0, huesMax)
}

function weightOf({ beforeBytes, afterBytes }: FolderSum): number {
  return Math.max(beforeBytes, afterBytes)
}

/** 0: one of the small ones. */
function hueOf(path: string, coloured: readonly FolderSum[]): number {
  return coloured.findIndex((each) => path === each.path || path.startsWith(`${each.path}/`)) + 1
}

/** The end of a path says more than its beginning: as many names as make a word. */
function labelOf(path: string): string {
  const names = path.split('/')
  const ends = names.map((_, index) => names.slice(names.length - 1 - index).join('/'))
  return path === '/' ? '/' : (ends.find((end) => end.length >= 5) ?? path)
}

/** What each colour stands for, in words and figures: also for those who do not see the maps. */
function legendHtml(root: FolderSum, coloured: readonly FolderSum[], sizesText: (sizes: Sizes) => string): string {
  const rest = (side: Side): number => root[side] - coloured.reduce((sum, each) => sum + each[side], 0)
  const others = { path: 'everything else', beforeBytes: rest('beforeBytes'), afterBytes: rest('afterBytes') }
  const entries = others.beforeBytes + others.afterBytes > 0 ? [...coloured, others] : coloured
  const lines = entries.map((entry, index) => {
    const hue = index < coloured.length ? index + 1 : 0
    return `<li><span class="dot hue${hue}"></span><span class="path">${escapeHtml(entry.path)}</span> <span>${sizesText(entry)}</span></li>`
  })
  return `<ul class="legend">${lines.join('')}</ul>`
}
