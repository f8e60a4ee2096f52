/** What a module of JavaScript asks for. */
export interface JavaScriptImports {
  /** As they are written: `express`, `./routes.js`, `node:fs`. */
  readonly specifiers: ReadonlySet<string>
  /** Whether it also loads modules by names that only running it would tell. */
  readonly isOpen: boolean
}

const literals = [
  // require('x'), require.resolve('x'), import('x'), also as bundlers and minifiers write it.
  /\b(?:require|require\.resolve|import|__require|createRequire\([^()]*\))\s*\(\s*(?:\/\*[^*]*\*\/\s*)*(["'`])([^"'`\n$\\]{1,512})\1/g,
  // import x from 'x', export * from 'x'
  /\bfrom\s*(["'])([^"'\n\\]{1,512})\1/g,
  // import 'x'
  /\bimport\s*(["'])([^"'\n\\]{1,512})\1/g,
  // new URL('x', import.meta.url), new Worker('x'), fork('x')
  /\b(?:URL|Worker|fork)\s*\(\s*(["'`])(\.{1,2}\/[^"'`\n$\\]{1,512})\1/g,
] as const

const computed = /\b(?:require|import)\s*\(\s*(?:[A-Za-z_$([{]|`[^`]*\$\{|["'][^"'\n]*["']\s*\+)/

/**
 * Finds what a module imports, by its words alone: comments and strings count too. What is found in vain keeps a package too many;
 * nothing is overlooked that is written as a literal. Takes time in proportion to the text.
 */
export function scanJavaScript(text: string): JavaScriptImports {
  const specifiers = new Set<string>()
  if (!text.includes('require') && !text.includes('import') && !text.includes('from'))
    return { specifiers, isOpen: false }
  for (const pattern of literals) {
    for (const [, , specifier] of text.matchAll(pattern)) if (specifier !== undefined) specifiers.add(specifier)
  }
  return { specifiers, isOpen: computed.test(text) }
}
