/** How lines of a Dockerfile are laid out that are written anew. */
export interface Layout {
  readonly escape: string
}

const columnsMax = 110
const indentation = '    '
/** What a line of words has room for: in a RUN it is indented twice, and its end is escaped. */
const filledColumnsMax = columnsMax - 2 * indentation.length - 2

/** All in one line where there is room, otherwise an item in each line: `ENV \` and so on. */
export function itemLines(begin: string, items: readonly string[], layout: Layout): readonly string[] {
  const line = [begin, ...items].join(' ')
  return hasRoom(line) || items.length < 2 ? [line] : continued([begin, ...items], layout)
}

/** All in one line where there is room, otherwise in as few as have room for the words, and a last one for where they lead. */
export function wordLines(
  begin: string,
  words: readonly string[],
  destination: string | undefined,
  layout: Layout,
): readonly string[] {
  const last = destination === undefined ? [] : [destination]
  const line = [begin, ...words, ...last].join(' ')
  if (hasRoom(line) || words.length + last.length < 2) return [line]
  const first = [begin, ...words].join(' ')
  return continued(hasRoom(first) ? [first, ...last] : [begin, ...fill(words), ...last], layout)
}

function hasRoom(line: string): boolean {
  return line.length <= columnsMax
}

function continued(lines: readonly string[], { escape }: Layout): readonly string[] {
  const last = lines.length - 1
  return lines.map((each, at) => `${at === 0 ? '' : indentation}${each}${at < last ? ` ${escape}` : ''}`)
}

function fill(words: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const word of words) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > filledColumnsMax) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}

/** A command of a RUN: the words that it begins with, others, and where they lead. */
export interface RunCommand {
  readonly begin: string
  readonly words: readonly string[]
  readonly destination?: string
}

/** Commands of one RUN, each in a line of its own, or in several. */
export function runLines(commands: readonly RunCommand[], layout: Layout): readonly string[] {
  return commands.flatMap(({ begin, words, destination }, index) => {
    const isFirst = index === 0
    const written = wordLines(isFirst ? `RUN ${begin}` : `${indentation}&& ${begin}`, words, destination, layout)
    const lines = written.map((line, at) => (isFirst || at === 0 ? line : indentation + line))
    return index === commands.length - 1 ? lines : [...lines.slice(0, -1), `${lines.at(-1) ?? ''} ${layout.escape}`]
  })
}
