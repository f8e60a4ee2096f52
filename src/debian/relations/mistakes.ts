/** What can be wrong with the text of a relation or of a request. */
export type RelationProblem =
  | 'bad-package-name'
  | 'bad-version'
  /** A version without parentheses around it. */
  | 'missing-parentheses'
  | 'unclosed-parenthesis'
  /** No operator in front of the version, or one that there is not. */
  | 'bad-operator'
  /** `a | | b` */
  | 'empty-alternative'
  /** Text behind the relation that means nothing. */
  | 'unexpected-text'
  | 'bad-suite'

/** A mistake, put in words. */
export interface Mistake {
  readonly code: RelationProblem
  readonly message: string
  readonly hint?: string | undefined
}

/** A package's name, as dpkg takes it: Debian Policy 5.6.7 wants lower case, dpkg does not. */
export const namePattern = '[A-Za-z0-9][A-Za-z0-9+.-]*'
/** The name of an architecture, or `any`, or `native`. */
export const architecturePattern = '[A-Za-z0-9][A-Za-z0-9-]*'

/** Operators of other languages, and what Debian writes for them. */
const foreignOperators: ReadonlyMap<string, string> = new Map([
  ['==', '='],
  ['===', '='],
  ['=>', '>='],
  ['=<', '<='],
  ['>>=', '>='],
  ['<<=', '<='],
  ['~=', '>='],
  ['^', '>='],
  ['~>', '>='],
])

/** Finds out what is wrong with a relation that cannot be read: `text` has no blanks around it and is not empty. */
export function explainRelation(text: string): Mistake {
  const name = new RegExp(`^${namePattern}(?::${architecturePattern})?`).exec(text)?.[0]
  if (name === undefined) {
    return { code: 'bad-package-name', message: `'${text}' does not begin with the name of a package` }
  }
  const rest = text.slice(name.length).trimStart()
  if (rest.startsWith('(')) return explainParentheses(name, rest)
  const { operator = '', version = '' } =
    /^(?<operator>[<>=~^!@]+)\s*(?<version>(?:[^\s<>()[\]=~^!@][^\s<>()[\]]*)?)$/.exec(rest)?.groups ?? {}
  if (operator !== '') {
    const hint = version === '' ? undefined : `Write ${name} (${debianOperator(operator) ?? '='} ${version}).`
    return { code: 'missing-parentheses', message: 'a version belongs in parentheses, behind a blank', hint }
  }
  const wrong = /^[^\s([<]/.exec(text.slice(name.length))?.[0]
  if (wrong !== undefined) {
    return { code: 'bad-package-name', message: `the character '${wrong}' has no place in the name of a package` }
  }
  return { code: 'unexpected-text', message: `'${rest}' means nothing behind ${name}` }
}

function explainParentheses(name: string, rest: string): Mistake {
  const close = rest.indexOf(')')
  if (close === -1) return { code: 'unclosed-parenthesis', message: "the '(' has no ')'" }
  const inside = rest.slice(1, close).trim()
  const { operator = '', version = '' } = /^(?<operator>[^A-Za-z0-9\s]*)\s*(?<version>.*)$/s.exec(inside)?.groups ?? {}
  if (version === '') return { code: 'bad-version', message: 'a version is missing in the parentheses' }
  const debian = debianOperator(operator)
  if (operator === '' || debian !== operator) {
    const message = operator === '' ? 'an operator is missing before the version' : `'${operator}' is no operator`
    const hint = `Write ${name} (${debian ?? '='} ${version}). The operators are <<, <=, =, >= and >>.`
    return { code: 'bad-operator', message, hint }
  }
  if (/[\s(<>=]/.test(version)) {
    return {
      code: 'bad-version',
      message: `'${version}' is not one version`,
      hint: `Write two bounds as two relations: ${name} (>= 1), ${name} (<< 2).`,
    }
  }
  return { code: 'unexpected-text', message: `'${rest.slice(close + 1).trim()}' means nothing behind the version` }
}

function debianOperator(operator: string): string | undefined {
  return ['<<', '<=', '=', '>=', '>>', '<', '>'].includes(operator) ? operator : foreignOperators.get(operator)
}
