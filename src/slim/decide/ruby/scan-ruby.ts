/** What Ruby code asks to be loaded. */
export interface RubyRequires {
  /** Looked for in the load path: `json`, `tides/moon`. */
  readonly features: ReadonlySet<string>
  /** Looked for from where the file lies. */
  readonly relative: ReadonlySet<string>
  /** Beginnings of names of which only running would tell the rest: `rack/handler/`; empty where nothing is known of a name. */
  readonly beginnings: ReadonlySet<string>
}

const literal = String.raw`(["'])([^"'#\n\\]{1,512})\1`
const requires = new RegExp(String.raw`\b(?:require|require_dependency|load)[ \t(]+${literal}`, 'g')
const autoloads = new RegExp(String.raw`\bautoload[ \t(]+:?\w+\s*,\s*${literal}`, 'g')
const relatives = new RegExp(String.raw`\brequire_relative[ \t(]+${literal}`, 'g')
/** `require "rack/handler/#{name}"`, `require 'rack/' + name` */
const begun = /\b(?:require|load)[ \t(]+(?:"([^"#\n\\]{0,512})#\{(?!__dir__|File\.)|(["'])([^"'#\n\\]{0,512})\2\s*\+)/g
/** What a console, a debugger, tests and builds need. They stay where they were opened. */
const developmentFeature =
  /^(?:irb|rdoc|debug|mkmf|reline|readline|syntax_suggest|pry|byebug|minitest|test\/unit|rspec|rake|rubocop|simplecov|yard|hoe|bundler\/gem_\w+)(?:\/|$)/
/** `require name` as a statement, and `names.each(&method(:require))`; prose that says "require this" is none. */
const open =
  /(?:^|[;{|])[ \t]*(?:Kernel\.)?(?:require|load)(?:[ \t]+|\()[@$]?[a-z_]\w*\)?[ \t]*(?:$|[;}#]|(?:if|unless|rescue|end)\b)|method\(:require\)/m

/**
 * Finds what a file of Ruby loads, by its words alone: strings count too. What is found in vain keeps a gem too many; nothing is overlooked
 * that is written as a literal, but for what only development needs. Takes time in proportion to the text.
 */
export function scanRuby(whole: string): RubyRequires {
  const text = withoutComments(whole)
  const found = (pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].flatMap(([, , name]) => name ?? [])
  const beginnings = new Set([...text.matchAll(begun)].map(([, quoted, , added]) => quoted ?? added ?? ''))
  if (open.test(text)) beginnings.add('')
  return {
    features: new Set([...found(requires), ...found(autoloads)].filter((name) => !developmentFeature.test(name))),
    relative: new Set(found(relatives)),
    beginnings,
  }
}

/** A text of Ruby without the lines that are comments. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^[ \t]*#.*$/gm, '')
}

/** Whether a text works with time zones by their names. */
export function usesRubyZones(text: string): boolean {
  return /\b(?:TZInfo|Time\.zone|TimeZone)\b|ENV\[(["'])TZ\1\]/.test(text)
}
