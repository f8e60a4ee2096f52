import type { FileTree } from '../../../filetree/file-tree.ts'
import type { Need } from '../../facts.ts'
import { withoutComments } from './scan-ruby.ts'

/** Ruby's encodings of which the tables are large, with the beginnings of their files' names: they stay for code that names one of theirs. */
const families: readonly (readonly [words: RegExp, files: string, title: string])[] = [
  [
    /\b(?:shift_jis|sjis|windows[-_]?31j|cp932|euc[-_]?jp|iso[-_]2022[-_]jp|cp5022\d)\b/i,
    'japanese|emoji|iso2022|shift_jis|windows_31j|euc_jp',
    'Japanese',
  ],
  [/\b(?:gb18030|gbk|gb2312|euc[-_]?cn|cp936|big5|euc[-_]?tw|cp95\d)\b/i, 'gb|chinese|big5|euc_tw', 'Chinese'],
  [/\b(?:euc[-_]?kr|cp949|iso[-_]2022[-_]kr)\b/i, 'korean|euc_kr|cp949', 'Korean'],
  [/\b(?:utf[-_]?8[-_]mac|cesu[-_]?8|emacs[-_]mule|ibm037)\b/i, 'utf8_mac|cesu_8|emacs_mule|ebcdic', 'rare'],
]

/** `text.encode(name)`, where the name is no literal and no constant: any encoding may be meant. */
const computed = /\b(?:encode!?|force_encoding|set_encoding|Encoding\.find)[ (]+[a-z_@$]/

function filesOf(names: string): RegExp {
  return new RegExp(String.raw`(?:^|\/)enc\/(?:trans\/)?(?:${names})`)
}

/** The files of all of them, on paths from the standard library's folder on. */
export const rareEncodings: RegExp = filesOf(families.map(([, names]) => names).join('|'))

/** Where libraries have tables of all encodings there are, only what is converted to by name counts. */
const converted = /(?:encod\w*!?[ (]+|encoding: *)["'][\w-]+|\bEncoding::\w+/g

/** Finds what code needs for the encodings that it names: all its words count where it is the app's own, and names that it computes. */
export function createRubyEncodings(
  tree: FileTree,
  standard: readonly string[],
): (text: string, isOfApp: boolean) => readonly Need[] {
  const files = standard.flatMap((folder) => [...tree.entries(folder)]).filter(({ path }) => rareEncodings.test(path))
  return (whole, isOfApp) => {
    if (files.length === 0) return []
    const isAny = isOfApp && computed.test(whole)
    const text = isOfApp ? whole : (withoutComments(whole).match(converted) ?? []).join(' ')
    return families.flatMap(([words, names, title]) => {
      if (!isAny && !words.test(text)) return []
      const pattern = filesOf(names)
      const own = files.filter(({ path }) => pattern.test(path))
      return own.map(({ path }) => ({ path, how: isAny ? 'computes an encoding' : `names a ${title} encoding` }))
    })
  }
}
