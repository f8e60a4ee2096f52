import { namesOf, unwantedEntries, wholeCopies, type UnwantedEntry } from '../facts/whole-context.ts'
import type { Rule } from '../rule.ts'

const costs: Readonly<Record<UnwantedEntry['why'], string>> = {
  secret: 'Whoever has the layer can read it; deleting it in a later one only hides it.',
  history: 'Every commit makes the cache miss, and the history goes where the files go.',
  dependencies:
    'What was installed on this machine takes the place of what the build installs, and may not even fit the image.',
  output: 'What was built on this machine is sent to each build, and makes its cache miss.',
  tools: 'Settings of one person are sent to each build, and make its cache miss.',
}

/** `COPY . .` with what nobody wants in an image, although there is a `.dockerignore`. */
export const wholeContextCopied: Rule = {
  name: 'WholeContextCopied',
  category: 'size',
  severity: 'warning',
  summary: 'COPY takes secrets, .git, installed dependencies or build output along',
  check(file, report) {
    const { context } = file
    const ignoreFile = context?.ignoreFile
    if (context === undefined || ignoreFile === undefined) return
    for (const { copy, range, isShipped } of wholeCopies(file)) {
      const unwanted = unwantedEntries(context, copy)
      const [first] = unwanted
      if (first === undefined) continue
      const paths = [...new Set(unwanted.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)))]
      report({
        message: `this takes ${namesOf(unwanted)} along`,
        range,
        severity: isShipped ? 'warning' : 'information',
        cost: costs[first.why],
        hint: `Add to ${ignoreFile.name}: ${paths
          .slice(0, 5)
          .map((name) => `**/${name}`)
          .join(', ')}.`,
      })
    }
  },
}
