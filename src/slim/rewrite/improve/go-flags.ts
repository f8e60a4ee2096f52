import type { BuildContext } from '../../../dockerfile/build-context.ts'
import type { TextEdit } from '../../../dockerfile/edit.ts'
import type { ShellWord } from '../../../dockerfile/shell-command.ts'
import { addWord, assign, settingOf, takesAssignment, type BuiltCommand } from './built-commands.ts'
import { someFile } from './context-search.ts'

/** `go build` and `go install`, and the word that says so. */
function goBuild({ command }: BuiltCommand): ShellWord | undefined {
  if (command.program !== 'go') return undefined
  const [action] = command.arguments
  return action?.value === 'build' || action?.value === 'install' ? action : undefined
}

/** `CGO_ENABLED=0`, where nothing says otherwise and the user's own files do not import C. */
export function staticGo(commands: readonly BuiltCommand[], context: BuildContext | undefined): readonly TextEdit[] {
  const builds = commands.filter((each) => goBuild(each) !== undefined)
  const isSet = builds.some((each) => settingOf(each, 'CGO_ENABLED') !== undefined)
  const needsCgo = builds.some(({ command }) =>
    command.words.some(({ value }) =>
      /^-{1,2}(?:race|msan|asan|linkshared|buildmode=(?:c-|plugin|shared))|extldflags/.test(value),
    ),
  )
  if (builds.length === 0 || isSet || needsCgo || usesCgo(context)) return []
  return builds.filter(takesAssignment).map((each) => assign(each, 'CGO_ENABLED', '0'))
}

/** Modules that are C libraries for the most part: without cgo they build, and fail when they are used. */
const cgoModules =
  /mattn\/go-sqlite3|confluentinc\/confluent-kafka-go|h2non\/bimg|gographics\/imagick|davidbyttow\/govips|DataDog\/zstd|linxGnu\/grocksdb/

function usesCgo(context: BuildContext | undefined): boolean {
  if (cgoModules.test(context?.read('go.mod', 65_536) ?? '')) return true
  return someFile(context, (name) => name.endsWith('.go'), /^\s*import\s+(?:\(\s*)?"C"|^\s*"C"\s*$/m)
}

/** `-trimpath -ldflags="-s -w"`, joined with the flags that are there. */
export function stripGo(text: string, commands: readonly BuiltCommand[]): readonly TextEdit[] {
  return commands.flatMap((each): readonly TextEdit[] => {
    const action = goBuild(each)
    if (action === undefined) return []
    const words = each.command.arguments
    const goFlags = settingOf(each, 'GOFLAGS') ?? ''
    if (words.some(({ value }) => /^-{1,2}gcflags/.test(value)) || /-(?:ldflags|gcflags)/.test(goFlags)) return []
    const trims = words.some(({ value }) => /^-{1,2}trimpath/.test(value)) || goFlags.includes('-trimpath')
    const at = words.findIndex(({ value }) => /^-{1,2}ldflags(?:=|$)/.test(value))
    const flags = words[at]
    if (flags === undefined)
      return addWord(text, action, [...(trims ? [] : ['-trimpath']), '-ldflags="-s -w"'].join(' '))
    const linked = linkerFlags(text, flags, words[at + 1])
    if (linked === undefined) return []
    return [...(trims ? [] : addWord(text, action, '-trimpath')), ...linked]
  })
}

/** Puts `-s` and `-w` before the other flags of the linker. Undefined where they are written in a way that is not understood. */
function linkerFlags(text: string, word: ShellWord, next: ShellWord | undefined): readonly TextEdit[] | undefined {
  const isSplit = !word.value.includes('=')
  const value = isSplit ? next : word
  if (value === undefined) return undefined
  const raw = text.slice(value.range.start, value.range.end)
  const [whole, name = '', quote = '', flags = ''] = /^(-{1,2}ldflags=)?(["']?)([\s\S]*)\2$/.exec(raw) ?? []
  if (whole === undefined || (quote === '' && /["'\\]/.test(flags)) || (name === '') !== isSplit) return undefined
  const missing = ['-s', '-w'].filter((flag) => !new RegExp(`(?:^|\\s)-?${flag}(?:\\s|$)`).test(flags))
  if (missing.length === 0) return []
  const joined = [...missing, ...(flags.trim() === '' ? [] : [flags])].join(' ')
  const mark = quote === '' ? '"' : quote
  return [{ range: value.range, newText: `${name}${mark}${joined}${mark}` }]
}
