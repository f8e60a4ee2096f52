import { readShellScript } from '../../dockerfile/shell-script.ts'
import { sourceString } from '../../dockerfile/source-string.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { RunConfig } from '../../image/config.ts'
import { findProgram } from './find-program.ts'

const scriptBytesMax = 4096

/** What changes nothing that lasts. `set` gives other arguments: where it is for a command that is no program. */
const harmless: ReadonlySet<string> = new Set(['[', 'test', 'command', 'set', 'exec', ':'])

/**
 * Whether an entry point is a script that runs the command as it is, such as that of the usual images of Node: it looks whether the first
 * word is a program, and ends with `exec "$@"`.
 */
export async function isPassThrough(
  entrypoint: readonly string[],
  command: readonly string[],
  context: { readonly tree: FileTree; readonly config: RunConfig },
): Promise<boolean> {
  const [program = '', ...others] = entrypoint
  const [first = ''] = command
  if (others.length > 0 || first.startsWith('-') || findProgram(first, context) === undefined) return false
  const file = findProgram(program, context)
  if (file === undefined || file.sizeBytes > scriptBytesMax) return false
  const text = Buffer.from(await context.tree.read(file, scriptBytesMax)).toString('utf8')
  if (!/^#! *(?:\/usr)?\/bin\/(?:env +)?(?:ba|da|a)?sh(?: -e)?\r?\n/.test(text)) return false
  const { commands, problems, functions, assigned } = readShellScript(sourceString(text, 0, text.length))
  return (
    problems.length + functions.length + assigned.length === 0 &&
    commands.every(({ words, assignments }) => assignments.length === 0 && harmless.has(words[0]?.value ?? '')) &&
    /\n *exec +"\$@"\s*$/.test(text)
  )
}
