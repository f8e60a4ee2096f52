import { posix } from 'node:path'
import { readShellScript } from '../../dockerfile/shell-script.ts'
import { sourceString } from '../../dockerfile/source-string.ts'
import type { Need } from '../facts.ts'

/** Where a script's programs are looked for. */
export interface ProgramSearch {
  /** The path of a program by its name or path; undefined where there is none. */
  find(name: string): string | undefined
}

/** What `#!` names: execve(2), "Interpreter scripts". */
export function shebangNeeds(text: string, search: ProgramSearch): readonly Need[] {
  const words = shebangWords(text)
  const [interpreter, ...options] = words
  if (interpreter === undefined) return []
  const needs = [{ path: interpreter, how: `begins with #!${interpreter}` }]
  if (posix.basename(interpreter) !== 'env') return needs
  const name = options.find((word) => !word.startsWith('-') && !word.includes('='))
  const program = name === undefined ? undefined : search.find(name)
  return program === undefined ? needs : [...needs, { path: program, how: `is run by ${name}` }]
}

function shebangWords(text: string): readonly string[] {
  const line = /^#!\s*(\S.*)/.exec(text.slice(0, 512))?.[1] ?? ''
  return line.split(/\s+/).filter((word) => word !== '')
}

/** Whether a script is one for a POSIX shell. */
export function isShellScript(text: string): boolean {
  return shebangWords(text).some((word) => shellPrograms.has(posix.basename(word)))
}

const shellPrograms = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh', 'busybox'])

/** Each word of these is a further command or file. */
const readers = new Set(['.', 'source'])

/** The programs that a shell script runs, as far as they are there, and the files that it reads in. */
export function shellNeeds(text: string, search: ProgramSearch): readonly Need[] {
  const { commands, functions } = readShellScript(sourceString(text, 0, text.length))
  const own = new Set(functions)
  const needs = new Map<string, Need>()
  for (const { program, programWord, wrappers, arguments: words, words: all } of commands) {
    const names = [...wrappers, programWord?.isLiteral === true ? programWord.value : program]
    for (const name of names) {
      if (name === '' || own.has(name)) continue
      const path = search.find(name)
      if (path !== undefined) needs.set(path, { path, how: `runs ${name}` })
    }
    // `xargs rm`, `find -exec sed`, `if command -v curl`: a word that is a path of a program is one; names only behind these.
    for (const { value, isLiteral } of runners.has(program) || wrappers.includes('command') ? all : words) {
      if (!isLiteral || value.startsWith('-') || (!value.startsWith('/') && !runners.has(program))) continue
      const path = search.find(value)
      if (path !== undefined) needs.set(path, { path, how: `names ${value}` })
    }
    const [file] = words
    if (readers.has(program) && file?.isLiteral === true && file.value.startsWith('/'))
      needs.set(file.value, { path: file.value, how: `reads ${file.value}` })
  }
  return [...needs.values()]
}

const runners = new Set(['xargs', 'find', 'command', 'which', 'type', 'hash', 'su', 'trap', 'parallel', 'watch'])
