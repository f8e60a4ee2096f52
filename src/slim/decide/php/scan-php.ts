/** What PHP code names. */
export interface PhpNames {
  /** With a namespace, without the first backslash: classes, functions, and namespaces themselves. Strings and comments count. */
  readonly qualified: ReadonlySet<string>
  /** Names of classes without a namespace. */
  readonly global: ReadonlySet<string>
  /** What is included by a literal. `isOwn` where it begins at the folder of the file. */
  readonly included: readonly { readonly path: string; readonly isOwn: boolean }[]
  /** Whether it also makes objects of classes whose names only running would tell. */
  readonly isOpen: boolean
}

/** `Foo\Bar`, and in strings `Foo\\Bar` */
const qualifiedName = /[A-Za-z_]\w*(?:\\{1,2}[A-Za-z_]\w*)+/g
/** `use Foo\{Bar, Baz as B};` */
const groupUse = /\buse\s+(?:function\s+|const\s+)?\\?([A-Za-z_][\w\\]*)\\\s*\{([^}]*)\}/g
const globalName =
  /\b(?:new|extends|implements|instanceof|use)\s+\\?([A-Za-z_]\w*)\b(?!\\)|(?<![\w\\$>:])\\?([A-Za-z_]\w*)::/g
const include =
  /\b(?:require|include)(?:_once)?\s*\(?\s*(__DIR__\s*\.\s*|dirname\(__FILE__\)\s*\.\s*)?(["'])([^"'$\n]+)\2/g
const computed =
  /\bnew\s+(?:\(\s*)?\$(?!this\b)|\$\w+::(?!class\b)|\b(?:class_exists|call_user_func(?:_array)?)\s*\(\s*\$/

/**
 * Finds what a file of PHP names, by its words alone. What is found in vain keeps a package too many; nothing is overlooked that is written as
 * a literal. Takes time in proportion to the text.
 */
export function scanPhp(text: string): PhpNames {
  const qualified = new Set<string>()
  for (const [name] of text.matchAll(qualifiedName)) qualified.add(name.replaceAll('\\\\', '\\'))
  for (const [, prefix = '', list = ''] of text.matchAll(groupUse)) {
    for (const part of list.split(',')) {
      const name = /^\s*(?:function\s+|const\s+)?([A-Za-z_][\w\\]*)/.exec(part)?.[1]
      if (name !== undefined) qualified.add(`${prefix}\\${name}`)
    }
  }
  const global = new Set<string>()
  for (const [, used, called] of text.matchAll(globalName)) {
    const name = used ?? called
    if (name !== undefined) global.add(name)
  }
  const included = [...text.matchAll(include)].flatMap(([, own, , path]) =>
    path === undefined ? [] : [{ path, isOwn: own !== undefined }],
  )
  return { qualified, global, included, isOpen: computed.test(text) }
}

/** Whether a text works with time zones by their names. */
export function usesPhpZones(text: string): boolean {
  return /\bDateTimeZone\b|\bdate_default_timezone_set\b|\btimezone_open\b/.test(text)
}

/** `extension=curl` and `zend_extension=opcache.so`, as php.ini has them; a path where one is written. */
export function extensionsIn(text: string): readonly string[] {
  const lines = text.matchAll(/^[ \t]*(?:zend_)?extension[ \t]*=[ \t]*"?([^"\s;]+)"?/gm)
  return [...lines].flatMap(([, name]) => name ?? [])
}
