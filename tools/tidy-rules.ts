import type { ESTree } from 'rolldown/utils'
import { isTestFile, lineAt, type Problem, type SourceTree } from './source-tree.ts'
import { parseSource } from './syntax.ts'

const fileLinesMax = 400
const readmeLines = { least: 10, most: 30 }

/** Files that machines write. */
const generatedFiles = /^(?:(?:examples\/[\w-]+\/)?package-lock\.json|docs\/project\.schema\.json)$/

const machinePath = 'names a path of one machine'

/** What no line may hold, with what to say about it. The brackets keep this table from finding itself. */
const forbiddenText: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  {
    pattern: /\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b(?!.*#\d)/,
    message: 'has a mark of unfinished work that names no issue (#12)',
  },
  { pattern: /(?<![\w.$}-])\/(?:work|Users)\/|(?<![\w.$}-])\/tmp\/\w/, message: machinePath },
  { pattern: /\bregistry\.(?:npmjs|npmmirror|yarnpkg)\.\w+/, message: 'names the host of a package registry' },
  { pattern: /"resolved": "https?:/, message: 'names the host that a package was fetched from' },
]

/** Every rule of this file on every file. */
export function checkTidy(tree: SourceTree): readonly Problem[] {
  return [
    ...[...tree].flatMap(([path, text]) => [...checkLength(path, text), ...checkText(path, text)]),
    ...checkDocstrings(tree),
    ...checkFolderReadmes(tree),
  ]
}

/** A file that nobody reads in one sitting is two files. */
export function checkLength(path: string, text: string): readonly Problem[] {
  const lines = text.split('\n').length - 1
  if (lines <= fileLinesMax || generatedFiles.test(path)) return []
  return [{ path, line: fileLinesMax + 1, message: `has ${lines} lines, more than ${fileLinesMax}` }]
}

/** What is about Dockerfiles names paths of images, which look like those of a machine. */
const aboutDockerfiles = ['test/golden/', 'docs/rules/', 'src/dockerfile/rules/'] as const

/** Text that belongs to one machine or one moment. */
export function checkText(path: string, text: string): readonly Problem[] {
  const isAboutDockerfiles = aboutDockerfiles.some((folder) => path.startsWith(folder))
  const problems: Problem[] = []
  for (const [index, line] of text.split('\n').entries()) {
    for (const { pattern, message } of forbiddenText) {
      if (isAboutDockerfiles && message === machinePath) continue
      if (pattern.test(line))
        problems.push({ path, line: index + 1, message: `${message}: ${line.trim().slice(0, 80)}` })
    }
  }
  return problems
}

/**
 * What a folder's root files export is its public face, so each of it says what it promises. Nobody imports the command
 * line.
 */
export function checkDocstrings(tree: SourceTree): readonly Problem[] {
  return [...tree].flatMap(([path, text]) => {
    const isPublic = /^src\/(?!cli\/)[^/]+\/[^/]+\.ts$/.test(path) && !isTestFile(path)
    return isPublic ? undocumentedExports(path, text) : []
  })
}

function undocumentedExports(path: string, text: string): readonly Problem[] {
  const { program, comments } = parseSource(text, path)
  const docstringEnds = comments
    .filter((comment) => comment.type === 'Block' && comment.value.startsWith('*'))
    .map((comment) => comment.end)
  const problems: Problem[] = []
  let previousName: string | undefined
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source !== null) continue
    const line = lineAt(text, statement.start)
    if (statement.declaration === null) {
      problems.push({ path, line, message: 'exports a list of names: export each where it is declared' })
      continue
    }
    const name = declaredName(statement.declaration)
    const isOverload = name === previousName
    previousName = name
    const isDocumented = docstringEnds.some(
      (end) => end <= statement.start && text.slice(end, statement.start).trim() === '',
    )
    if (!isDocumented && !isOverload) problems.push({ path, line, message: `exports ${name} without a docstring` })
  }
  return problems
}

function declaredName(declaration: ESTree.Declaration): string {
  const named = declaration.type === 'VariableDeclaration' ? declaration.declarations[0] : declaration
  return named !== undefined && 'id' in named && named.id?.type === 'Identifier' ? named.id.name : 'something'
}

/** Each folder of the floors below the command line tells in a page what it is for. */
export function checkFolderReadmes(tree: SourceTree): readonly Problem[] {
  const problems: Problem[] = []
  const folders = new Set([...tree.keys()].flatMap((path) => /^src\/[^/]+(?=\/.*\.ts$)/.exec(path)?.[0] ?? []))
  folders.delete('src/cli')
  for (const folder of folders) {
    const path = `${folder}/README.md`
    const lines = (tree.get(path) ?? '').split('\n').length - 1
    if (lines >= readmeLines.least && lines <= readmeLines.most) continue
    const message = `has ${lines} lines, not ${readmeLines.least} to ${readmeLines.most}`
    problems.push({ path, line: 1, message: tree.has(path) ? message : 'is missing' })
  }
  return problems
}
