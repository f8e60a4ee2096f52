import type { Candidates, CompletedCommand, CompletedOption } from './model.ts'

/** A script for zsh: sourced, or put as `_wherry` into a folder of `$fpath`. */
export function zshScript(globals: readonly CompletedOption[], commands: readonly CompletedCommand[]): string {
  const described = commands.flatMap((command) => command.names.map((name) => `${name}:${command.summary}`))
  return `#compdef wherry
# Completion of wherry for zsh. Load it with: source <(wherry completion zsh)

_wherry_references() {
  local -a names
  names=(\${(f)"$(_call_program references \${(q)_wherry_program} __complete references \${(q)PREFIX} 2>/dev/null)"})
  compadd -a names
}

_wherry() {
  local curcontext=$curcontext state line _wherry_program=$words[1]
  local -A opt_args
  _arguments -C -A '-*' \\
${globals.map((option) => argumentsLine(optionText(option))).join('')}    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${[...described, 'help:Print help', 'version:Print the version'].map((text) => `        ${quoted(text)}\n`).join('')}      )
      _describe -t commands command commands
      ;;
    argument)
      case $words[1] in
${commands.map(commandCase).join('')}      esac
      ;;
  esac
}

if [[ $funcstack[1] == _wherry ]]; then
  _wherry "$@"
else
  compdef _wherry wherry
fi
`
}

function commandCase(command: CompletedCommand): string {
  const lines = [
    ...command.options.map((option) => optionText(option)),
    ...command.arguments.map((argument, index) => {
      const place = argument.repeats ? '*' : String(index + 1)
      return quoted(`${place}:${described(argument.name)}:${action(argument.candidates)}`)
    }),
  ]
  const body = lines.map((line) => `            ${line}`).join(' \\\n')
  return `        ${command.names.join('|')})\n          _arguments -s \\\n${body}\n          ;;\n`
}

function argumentsLine(text: string): string {
  return `    ${text} \\\n`
}

function optionText(option: CompletedOption): string {
  const value = option.value === undefined ? '' : `:${described(option.value.name)}:${action(option.value.candidates)}`
  const tail = `[${described(option.summary)}]${value}`
  const exclusion = option.repeatable ? '*' : `(${option.flags.join(' ')})`
  const long = option.value === undefined ? `--${option.long}` : `--${option.long}=`
  if (option.short === undefined) return quoted(`${option.repeatable ? '*' : ''}${long}${tail}`)
  const short = option.value === undefined ? `-${option.short}` : `-${option.short}+`
  return `${quoted(exclusion)}{${short},${long}}${quoted(tail)}`
}

function action(candidates: Candidates): string {
  switch (candidates.kind) {
    case 'words':
      return `(${candidates.words.join(' ')})`
    case 'file':
      return '_files'
    case 'directory':
      return '_files -/'
    case 'reference':
      return '_wherry_references'
    case 'none':
      return ' '
  }
}

/** In descriptions, brackets and colons have a meaning. */
function described(text: string): string {
  return text.replace(/[[\]:\\]/g, String.raw`\$&`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
