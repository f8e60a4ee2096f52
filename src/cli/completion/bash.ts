import type { Candidates, CompletedCommand, CompletedOption } from './model.ts'

/** A script for bash 4.3 and newer, which needs nothing of the `bash-completion` package. */
export function bashScript(globals: readonly CompletedOption[], commands: readonly CompletedCommand[]): string {
  const names = commands.flatMap((command) => command.names)
  return `# Completion of wherry for bash. Load it with: source <(wherry completion bash)

_wherry_options() {
  case $1 in
    '') echo ${quoted(flags(globals))} ;;
${commands.map((command) => `    ${command.names.join('|')}) echo ${quoted(flags(command.options))} ;;\n`).join('')}  esac
}

# How the value of an option is completed; nothing for what takes no value.
_wherry_value() {
  case "$1 $2" in
${[...valueCases([''], globals), ...commands.flatMap((command) => valueCases(command.names, command.options))].join(
  '',
)}  esac
}

# How an argument is completed, by its position from 0.
_wherry_argument() {
  case "$1 $2" in
${commands.flatMap(argumentCases).join('')}  esac
}

_wherry() {
  local line=\${COMP_LINE:0:COMP_POINT} command='' position=0 index kind current
  local -a words found
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=\${words[-1]}
  for ((index = 1; index < \${#words[@]} - 1; index++)); do
    if [[ \${words[index]} == -* ]]; then
      kind=$(_wherry_value "$command" "\${words[index]}")
      if [[ -n $kind ]] && ((index == \${#words[@]} - 2)); then
        _wherry_offer "$current" "$current"
        return
      fi
      [[ -n $kind ]] && ((index++))
    elif [[ -z $command ]]; then
      command=\${words[index]}
    else
      ((position++))
    fi
  done
  if [[ $current == --*=* ]]; then
    kind=$(_wherry_value "$command" "\${current%%=*}")
    _wherry_offer "\${current#*=}" "$current"
  elif [[ $current == -* ]]; then
    kind="words $(_wherry_options "$command")"
    _wherry_offer "$current" "$current"
  elif [[ -z $command ]]; then
    kind=${quoted(`words ${names.join(' ')} help version`)}
    _wherry_offer "$current" "$current"
  else
    kind=$(_wherry_argument "$command" "$position")
    _wherry_offer "$current" "$current"
  fi
}

# Offers what fits \`kind\` and begins with $1. $2 is the whole word: bash replaces only what follows its last break.
_wherry_offer() {
  local begin=$1 word=$2 typed IFS=$'\\n'
  case $kind in
    words*) found=($(IFS=' '; compgen -W "\${kind#words }" -- "$begin")) ;;
    file) found=($(compgen -f -- "$begin")); compopt -o filenames 2>/dev/null ;;
    directory) found=($(compgen -d -- "$begin")); compopt -o filenames 2>/dev/null ;;
    reference) found=($("\${words[0]}" __complete references "$begin" 2>/dev/null)) ;;
  esac
  typed=\${word##*[:=]}
  begin=\${begin%"$typed"}
  COMPREPLY=("\${found[@]#"$begin"}")
}

complete -F _wherry wherry
`
}

function flags(options: readonly CompletedOption[]): string {
  return options.flatMap((option) => option.flags).join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function valueCases(names: readonly string[], options: readonly CompletedOption[]): readonly string[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return []
    const patterns = names.flatMap((name) => option.flags.map((flag) => quoted(`${name} ${flag}`)))
    return [`    ${patterns.join('|')}) echo ${quoted(candidatesText(option.value.candidates))} ;;\n`]
  })
}

function argumentCases(command: CompletedCommand): readonly string[] {
  return command.arguments.map((argument, position) => {
    const patterns = command.names.map((name) =>
      argument.repeats ? `${quoted(`${name} `)}*` : quoted(`${name} ${position}`),
    )
    return `    ${patterns.join('|')}) echo ${quoted(candidatesText(argument.candidates))} ;;\n`
  })
}

function candidatesText(candidates: Candidates): string {
  return candidates.kind === 'words' ? `words ${candidates.words.join(' ')}` : candidates.kind
}
