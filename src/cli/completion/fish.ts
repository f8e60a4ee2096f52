import type { Candidates, CompletedCommand, CompletedOption } from './model.ts'

/** A script for fish. */
export function fishScript(globals: readonly CompletedOption[], commands: readonly CompletedCommand[]): string {
  const first = [
    ...commands.flatMap((command) => command.names.map((name) => [name, command.summary] as const)),
    ['help', 'Print help'] as const,
    ['version', 'Print the version'] as const,
  ]
  const valueFlags = [...globals, ...commands.flatMap((command) => command.options)]
    .filter((option) => option.value !== undefined)
    .flatMap((option) => option.flags)
  return `# Completion of wherry for fish. Load it with: wherry completion fish | source

# The words before the cursor that are neither options nor values of options: the command and its arguments.
function __wherry_words
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip -eq 1
            set skip 0
        else if contains -- $word ${[...new Set(valueFlags)].join(' ')}
            set skip 1
        else if not string match --quiet -- '-*' $word
            echo $word
        end
    end
end

function __wherry_needs_command
    test (count (__wherry_words)) -eq 0
end

function __wherry_command_is
    set -l words (__wherry_words)
    contains -- "$words[1]" $argv
end

# Whether so many arguments stand behind the command's name.
function __wherry_position
    test (math (count (__wherry_words)) - 1) -eq $argv[1]
end

function __wherry_references
    set -l words (commandline -opc)
    $words[1] __complete references (commandline -ct) 2>/dev/null
end

complete -c wherry -f
${first.map(([name, summary]) => `complete -c wherry -n __wherry_needs_command -a ${name} -d ${quoted(summary)}\n`).join('')}${globals.map((option) => optionLine('__wherry_needs_command', option)).join('')}${commands.map(commandLines).join('')}`
}

function commandLines(command: CompletedCommand): string {
  const condition = `__wherry_command_is ${command.names.join(' ')}`
  const options = command.options.map((option) => optionLine(condition, option))
  const arguments_ = command.arguments.flatMap((argument, position) => {
    const words = candidateWords(argument.candidates)
    if (words === '') return []
    const where = argument.repeats ? condition : `${condition}; and __wherry_position ${position}`
    return [`complete -c wherry -n ${quoted(where)}${words}\n`]
  })
  return [...options, ...arguments_].join('')
}

function optionLine(condition: string, option: CompletedOption): string {
  const short = option.short === undefined ? '' : ` -s ${option.short}`
  // -x: a value is required, and no files are offered for it.
  const value = option.value === undefined ? '' : ` -x${candidateWords(option.value.candidates)}`
  return `complete -c wherry -n ${quoted(condition)}${short} -l ${option.long}${value} -d ${quoted(option.summary)}\n`
}

function candidateWords(candidates: Candidates): string {
  switch (candidates.kind) {
    case 'words':
      return ` -a ${quoted(candidates.words.join(' '))}`
    case 'file':
      return " -a '(__fish_complete_path (commandline -ct))'"
    case 'directory':
      return " -a '(__fish_complete_directories (commandline -ct))'"
    case 'reference':
      return " -a '(__wherry_references)'"
    case 'none':
      return ''
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
}
