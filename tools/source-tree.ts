import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** Files by their path from the repository's root, with `/` between the parts. Checks take one, so tests can make one up. */
export type SourceTree = ReadonlyMap<string, string>

/** Something that breaks a rule of the house, and where. */
export interface Problem {
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  readonly message: string
}

/** The repository that this file is in. */
export const repositoryRoot: string = join(import.meta.dirname, '..')

const namesLeftOut = new Set(['node_modules', 'dist', '.git', '.cache'])
/** What examples are made of, in their own languages and ways: not ours to judge. Their documents are. */
const exampleCode = /^examples\/[^/]+\/.*\.(?:ts|js|html|css)$/
const textExtensions = new Set(['.ts', '.js', '.json', '.md', '.yml', '.yaml', '.html', '.css', '.sh', ''])

/** Every text file of the repository that a person wrote: no dependencies, no build results. */
export async function readSourceTree(root: string): Promise<SourceTree> {
  const tree = new Map<string, string>()
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      // In a further work tree, .git is a file.
      if (namesLeftOut.has(entry.name)) continue
      if (entry.isDirectory()) await visit(path)
      if (!entry.isFile() || !textExtensions.has(extname(entry.name))) continue
      const name = relative(root, path).split(sep).join('/')
      if (!exampleCode.test(name)) tree.set(name, await readFile(path, 'utf8'))
    }
  }
  await visit(root)
  return tree
}

/** The line of an offset in a text, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

/** `path:line: message`, the form that editors and terminals turn into a link. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map((problem) => `${problem.path}:${problem.line}: ${problem.message}`).join('\n')
}

/** Whether a file holds tests, or what tests of its folder share, which is in `testing/`. Neither is part of the product. */
export function isTestFile(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/')
}
