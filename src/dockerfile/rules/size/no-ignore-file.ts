import { namesOf, unwantedEntries, wholeCopies } from '../facts/whole-context.ts'
import type { Rule } from '../rule.ts'

/** The whole build context is copied, and no `.dockerignore` says what is not meant. */
export const noIgnoreFile: Rule = {
  name: 'NoIgnoreFile',
  category: 'size',
  severity: 'warning',
  summary: 'the whole build context is copied, and there is no .dockerignore',
  check(file, report) {
    const { context } = file
    if (context === undefined || context.ignoreFile !== undefined) return
    const [first, ...others] = wholeCopies(file)
    // Once for the file: one `.dockerignore` mends all of them.
    if (first === undefined) return
    const unwanted = unwantedEntries(context, first.copy)
    report({
      message:
        unwanted.length === 0
          ? 'the whole build context is copied, and no .dockerignore says what is not meant'
          : `the whole build context is copied, with ${namesOf(unwanted)}: there is no .dockerignore`,
      range: first.range,
      severity: unwanted.length === 0 ? 'information' : 'warning',
      cost: 'All that ever lies in the folder is sent to each build, makes its cache miss, and can end up in the image.',
      hint: 'Write a .dockerignore with .git, installed dependencies, build output and files with secrets.',
      related: others.map(({ range }) => ({ message: 'and copied here', range })),
    })
  },
}
