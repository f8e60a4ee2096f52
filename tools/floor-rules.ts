import { posix } from 'node:path'
import { floorOf, libraryFile, packageHomes } from './floors.ts'
import { isBarrel, readImports, type ImportStatement } from './imports.ts'
import { isTestFile, type Problem, type SourceTree } from './source-tree.ts'

/** One file's way to another, both by their path from the root. */
export interface FileImport extends ImportStatement {
  readonly from: string
  /** Undefined where a package or a part of Node is imported. */
  readonly to: string | undefined
}

/** Every import of every TypeScript file, with relative specifiers resolved. */
export function collectImports(tree: SourceTree): readonly FileImport[] {
  const found: FileImport[] = []
  for (const [from, text] of tree) {
    if (!from.endsWith('.ts')) continue
    for (const statement of readImports(text, from)) {
      const relative = statement.specifier?.startsWith('.') === true
      const to = relative ? posix.join(posix.dirname(from), statement.specifier ?? '') : undefined
      found.push({ ...statement, from, to })
    }
  }
  return found
}

/** The folder of `src/` that a file belongs to, or undefined for a file outside of them. */
export function sourceFolder(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

/** A file's npm package: `@scope/name` or `name`; undefined for a relative import and for Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Everything that breaks the rules about who may import whom. */
export function checkFloors(tree: SourceTree, dependencies: ReadonlySet<string>): readonly Problem[] {
  const imports = collectImports(tree)
  const problems: Problem[] = []
  for (const each of imports) {
    const message = each.to === undefined ? checkPackage(each, dependencies) : checkFile(each, each.to, tree)
    if (message !== undefined) problems.push({ path: each.from, line: each.line, message })
  }
  return [...checkPlaces(tree), ...problems, ...findCircles(imports)]
}

/** Each source file is in a folder that has a floor, and is more than a list of what others export. */
function checkPlaces(tree: SourceTree): readonly Problem[] {
  const problems: Problem[] = []
  for (const [path, text] of tree) {
    if (!path.startsWith('src/') || path === libraryFile) continue
    const folder = sourceFolder(path)
    if (folder === undefined || floorOf(folder) === undefined) {
      problems.push({ path, line: 1, message: 'is in no folder that tools/floors.ts gives a floor' })
    }
    if (path.endsWith('.ts') && isBarrel(text, path))
      problems.push({ path, line: 1, message: 'only passes on exports' })
  }
  return problems
}

/** What is wrong with an import of a package, if anything. */
function checkPackage(statement: FileImport, dependencies: ReadonlySet<string>): string | undefined {
  const { from, specifier, typeOnly } = statement
  if (!from.startsWith('src/')) return undefined
  if (specifier === undefined) return 'imports a name that is computed, so nothing can check it'
  const name = packageOf(specifier)
  if (name === undefined || isTestFile(from)) return undefined
  // What is only types is gone before anything runs.
  if (typeOnly && dependencies.has(`@types/${name}`)) return undefined
  if (!dependencies.has(name)) return `imports ${name}, which is no dependency in package.json`
  const homes = packageHomes.get(name)
  if (homes === undefined || homes.some((home) => from.startsWith(home))) return undefined
  return `imports ${name}, which only ${homes.join(' and ')} may`
}

/** What is wrong with an import of a file, if anything. */
function checkFile(statement: FileImport, to: string, tree: SourceTree): string | undefined {
  const { from, kind } = statement
  if (!tree.has(to)) return `imports ${to}, which does not exist`
  const isProduct = from.startsWith('src/') && !isTestFile(from)
  if (to.endsWith('.test.ts') || (isProduct && isTestFile(to))) return `imports ${to}, which is for tests`
  const targetFolder = sourceFolder(to)
  if (
    targetFolder !== undefined &&
    sourceFolder(from) !== targetFolder &&
    posix.dirname(to) !== `src/${targetFolder}`
  ) {
    return `imports ${to}, which is private to src/${targetFolder}`
  }
  if (!from.startsWith('src/')) return undefined
  if (kind === 're-export' && !mayPassOn(from, to)) return `passes on what ${to} exports: import it from there instead`
  if (!to.startsWith('src/')) return checkWayOut(from, to)
  if (to === libraryFile) return `imports ${to}, which stands on top of everything`
  return checkHeights(from, to)
}

/** The library passes on everything, and a folder's public face some of what is private to it. */
function mayPassOn(from: string, to: string): boolean {
  if (from === libraryFile) return true
  const face = `src/${sourceFolder(from)}`
  return posix.dirname(from) === face && to.startsWith(`${face}/`) && posix.dirname(to) !== face
}

/** Source stands on source. Only tests may use the helpers of `test/`, and anybody may read the version in package.json. */
function checkWayOut(from: string, to: string): string | undefined {
  if (to === 'package.json' || (isTestFile(from) && to.startsWith('test/'))) return undefined
  return `imports ${to}, which is outside of src`
}

function checkHeights(from: string, to: string): string | undefined {
  const [fromFolder, toFolder] = [sourceFolder(from), sourceFolder(to)]
  if (fromFolder === toFolder || fromFolder === undefined || toFolder === undefined) return undefined
  const [fromFloor, toFloor] = [floorOf(fromFolder), floorOf(toFolder)]
  if (fromFloor === undefined || toFloor === undefined || toFloor < fromFloor) return undefined
  return `imports ${to}: ${fromFolder} stands on floor ${fromFloor}, ${toFolder} on floor ${toFloor}`
}

/** Circles of imports, each told once, at the import that closes it. */
function findCircles(imports: readonly FileImport[]): readonly Problem[] {
  const graph = Map.groupBy(imports, (each) => each.from)
  const state = new Map<string, 'open' | 'done'>()
  const problems: Problem[] = []
  const trail: string[] = []
  const visit = (path: string): void => {
    state.set(path, 'open')
    trail.push(path)
    for (const { to, line } of graph.get(path) ?? []) {
      if (to === undefined) continue
      if (state.get(to) === 'open') {
        const circle = [...trail.slice(trail.indexOf(to)), to]
        problems.push({ path, line, message: `closes a circle: ${circle.join(' -> ')}` })
      } else if (!state.has(to)) visit(to)
    }
    trail.pop()
    state.set(path, 'done')
  }
  for (const path of graph.keys()) if (!state.has(path)) visit(path)
  return problems
}
