/** How lines of a Dockerfile are laid out that are written anew. */
export interface Layout {
  readonly escape: string
}

const columnsMax = 110

/** Words in one line where there is room, otherwise a word in each line: `COPY --from=build \` and so on. */
export function wordLines(begin: string, words: readonly string[], { escape }: Layout): readonly string[] {
  const line = [begin, ...words].join(' ')
  if (line.length <= columnsMax || words.length < 2) return [line]
  return [
    `${begin} ${escape}`,
    ...words.map((word, index) => `    ${word}${index < words.length - 1 ? ` ${escape}` : ''}`),
  ]
}

/** Commands of one RUN, each in a line of its own, or in several. */
export function runLines(commands: readonly (readonly string[])[], layout: Layout): readonly string[] {
  const lines: string[] = []
  for (const [index, words] of commands.entries()) {
    const [program = '', ...others] = words
    const begin = index === 0 ? `RUN ${program}` : `    && ${program}`
    const indentation = index === 0 ? '' : '    '
    const written = wordLines(begin, others, layout)
    lines.push(...written.map((line, at) => (at === 0 ? line : indentation + line)))
    const last = lines.length - 1
    if (index < commands.length - 1) lines[last] = `${lines[last] ?? ''} ${layout.escape}`
  }
  return lines
}
