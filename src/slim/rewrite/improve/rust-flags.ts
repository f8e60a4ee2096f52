import type { BuildContext } from '../../../dockerfile/build-context.ts'
import type { TextEdit } from '../../../dockerfile/edit.ts'
import { assign, settingOf, takesAssignment, type BuiltCommand } from './built-commands.ts'
import { someFile } from './context-search.ts'

const setting = 'CARGO_PROFILE_RELEASE_STRIP'

/** Cargo strips what it builds for release (The Cargo Book, "Profiles", `strip`), unless the project says what it wants. */
export function stripRust(commands: readonly BuiltCommand[], context: BuildContext | undefined): readonly TextEdit[] {
  const says = someFile(context, (name) => name === 'Cargo.toml' || name === 'config.toml', /^\s*strip\s*=/m)
  if (says) return []
  return commands.flatMap((each) => {
    const { command } = each
    const words = command.arguments.map(({ value }) => value)
    const action = words.find((word) => !/^[-+]/.test(word))
    const isRelease =
      action === 'install' ||
      ((action === 'build' || action === 'b') && words.some((word) => word === '--release' || word === '-r'))
    const isAsked = command.program === 'cargo' && isRelease && settingOf(each, setting) === undefined
    return isAsked && takesAssignment(each) ? [assign(each, setting, 'symbols')] : []
  })
}
