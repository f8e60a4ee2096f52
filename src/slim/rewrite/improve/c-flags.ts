import type { TextEdit } from '../../../dockerfile/edit.ts'
import { takesAssignment, type BuiltCommand } from './built-commands.ts'

const compilers = /^(?:[\w-]+-)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-\d+)?$/

/** `-s` for a compiler that links a program: it is left without symbols. */
export function stripC(commands: readonly BuiltCommand[]): readonly TextEdit[] {
  return commands.flatMap((each): readonly TextEdit[] => {
    const { program, programWord, arguments: words } = each.command
    if (programWord === undefined || !compilers.test(program) || !takesAssignment(each)) return []
    const values = words.map(({ value }) => value)
    const links =
      values.includes('-o') && !values.some((word) => /^-(?:c|S|E|r|shared|g\w*|fsanitize.*|-coverage)$/.test(word))
    const { end } = programWord.range
    return links && !values.includes('-s') ? [{ range: { start: end, end }, newText: ' -s' }] : []
  })
}
