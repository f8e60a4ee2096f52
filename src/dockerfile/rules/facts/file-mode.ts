/** What a mode gives to a file, as `chmod` and `--chmod` take it: `0755`, `u+x,o-w`. */
export interface FileMode {
  /** Whether everybody may write. */
  readonly isWorldWritable: boolean
  /** Whether only owners may delete what is in the folder, as in the folders for temporary files. */
  readonly isSticky: boolean
  /** Whether the program runs with its owner's rights, whoever starts it. */
  readonly isSetUserId: boolean
  /** Whether somebody may run it. */
  readonly isExecutable: boolean
}

/** Undefined for what is no mode, and where a variable decides. */
export function readFileMode(text: string): FileMode | undefined {
  if (/^[0-7]{1,5}$/.test(text)) {
    const bits = Number.parseInt(text, 8)
    return {
      isWorldWritable: (bits & 0o2) !== 0,
      isSticky: (bits & 0o1000) !== 0,
      isSetUserId: (bits & 0o4000) !== 0,
      isExecutable: (bits & 0o111) !== 0,
    }
  }
  if (!/^[ugoa]*[-+=][rwxXstugo]*(?:,[ugoa]*[-+=][rwxXstugo]*)*$/.test(text)) return undefined
  const given = text.split(',').flatMap((clause) => {
    const [, who = '', operator, what = ''] = /^([ugoa]*)([-+=])(.*)$/.exec(clause) ?? []
    return operator === '-' ? [] : [{ who, what }]
  })
  // Without letters before the operator the umask takes away what the group and others would get.
  const isFor = (letters: RegExp, permission: string): boolean =>
    given.some(({ who, what }) => letters.test(who) && what.includes(permission))
  return {
    isWorldWritable: isFor(/[ao]/, 'w'),
    isSticky: isFor(/^/, 't'),
    isSetUserId: isFor(/[ua]|^$/, 's'),
    isExecutable: isFor(/^/, 'x'),
  }
}

/** The same mode without the right of everybody to write. Undefined where nothing would be left. */
export function withoutWorldWrite(text: string): string | undefined {
  if (/^[0-7]+$/.test(text)) return text.slice(0, -1) + (Number(text.at(-1)) & ~2).toString()
  const clauses = text.split(',').flatMap((clause) => {
    const [, who = '', operator = '', what = ''] = /^([ugoa]*)([-+=])(.*)$/.exec(clause) ?? []
    if (operator === '-' || !/[ao]/.test(who) || !what.includes('w')) return [clause]
    const rest = what.replaceAll('w', '')
    const writers = who.includes('a') ? 'ug' : who.replaceAll('o', '')
    return [
      ...(rest === '' && operator === '+' ? [] : [`${who}${operator}${rest}`]),
      ...(writers === '' ? [] : [`${writers}+w`]),
    ]
  })
  return clauses.length === 0 ? undefined : clauses.join(',')
}
