import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy'
import { formatSize } from '../../std/format-size.ts'
import { truncate } from '../../std/text-width.ts'
import type { FolderSum } from '../differences/folder-sums.ts'
import { escapeHtml } from './escape.ts'

type Side = 'beforeBytes' | 'afterBytes'

interface Area {
  readonly path: string
  readonly sizeBytes: number
  readonly areas: readonly Area[]
}

const [width, height] = [640, 360]
const areasMax = 90
const hues = 8

/** A map of an image's folders, as large as what is in them, as an inline SVG. Folders too small to be seen are part of the one they lie in. */
export function treemapSvg(root: FolderSum, side: Side, title: string): string {
  const total = root[side]
  const areas = { path: '/', sizeBytes: 0, areas: areasOf(root, side, total / areasMax) }
  const node = hierarchy<Area>(areas, (area) => area.areas).sum(({ sizeBytes }) => sizeBytes)
  const laidOut = treemap<Area>().tile(treemapSquarify).size([width, height]).paddingInner(1).round(true)(
    node.sort((one, other) => (other.value ?? 0) - (one.value ?? 0)),
  )
  const cells = laidOut.leaves().filter(({ x0, x1, y0, y1 }) => x1 > x0 && y1 > y0)
  const colours = hueOf(root, side)
  const shapes = cells.map(({ data, x0, x1, y0, y1 }) => {
    const label = labelText(data, x1 - x0, y1 - y0)
    const words = `${escapeHtml(data.path)}: ${formatSize(data.sizeBytes)}`
    const rectangle = `<rect width="${x1 - x0}" height="${y1 - y0}" class="hue${colours(data.path)}"/>`
    return `<g transform="translate(${x0},${y0})"><title>${words}</title>${rectangle}${label}</g>`
  })
  const label = `${escapeHtml(title)}: ${formatSize(total)}`
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${shapes.join('')}</svg>`
}

/** What is in a folder itself, and its folders that are large enough, or theirs. */
function areasOf(folder: FolderSum, side: Side, leastBytes: number): readonly Area[] {
  const large = folder.folders.filter((each) => each[side] >= leastBytes && each[side] > 0)
  const rest = folder[side] - large.reduce((sum, each) => sum + each[side], 0)
  const own = rest > 0 ? [{ path: folder.path, sizeBytes: rest, areas: [] }] : []
  return [...own, ...large.flatMap((each) => areasOf(each, side, leastBytes))]
}

/** Each folder of the root, by size before, has its hue, so that both maps agree. */
function hueOf(root: FolderSum, side: Side): (path: string) => number {
  const weightOf = (folder: FolderSum): number => Math.max(folder.beforeBytes, folder.afterBytes)
  // Most images have nearly all in /usr, where its folders are told apart.
  const usr = root.folders.find(({ path, [side]: bytes }) => path === '/usr' && bytes > root[side] / 2)
  const folders = [...root.folders.filter((each) => each !== usr), ...(usr?.folders ?? [])]
  const order = folders.toSorted((one, other) => weightOf(other) - weightOf(one)).map(({ path }) => path)
  return (path) => {
    const found = order.findIndex((each) => path === each || path.startsWith(`${each}/`))
    return found === -1 ? 0 : (found % (hues - 1)) + 1
  }
}

function labelText({ path, sizeBytes }: Area, width: number, height: number): string {
  const letters = Math.floor((width - 8) / 6.2)
  if (letters < 4 || height < 18) return ''
  const size = height < 34 ? '' : `<text x="5" y="28">${formatSize(sizeBytes)}</text>`
  return `<text x="5" y="14">${escapeHtml(shorten(path, letters))}</text>${size}`
}

/** The end of a path says more than its beginning: as much of it as there is room for. */
function shorten(path: string, letters: number): string {
  const names = path.split('/')
  const ends = names.map((_, from) => names.slice(from).join('/'))
  return ends.find((end) => end.length <= letters) ?? truncate(names.at(-1) ?? '', letters)
}
