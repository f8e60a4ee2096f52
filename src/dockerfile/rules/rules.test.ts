import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { lintDockerfile, type LintOptions } from '../lint.ts'
import { ruleCategories } from './rule.ts'
import { rules } from './rules.ts'
import { memoryContext } from './testing/describe-rule.ts'

test('rules are in the order of categories and names, and no two have one name', () => {
  const sorted = rules.toSorted(
    (a, b) =>
      ruleCategories.indexOf(a.category) - ruleCategories.indexOf(b.category) ||
      (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1),
  )
  assert.deepEqual(
    rules.map(({ name }) => name),
    sorted.map(({ name }) => name),
  )
  assert.equal(new Set(rules.map(({ name }) => name.toLowerCase())).size, rules.length)
})

describe('the page of', () => {
  for (const rule of rules) {
    describe(rule.name, () => {
      const page = readFileSync(new URL(`../../../docs/rules/${rule.name}.md`, import.meta.url), 'utf8')

      test('has the parts of every page', () => {
        assert.ok(page.startsWith(`# ${rule.name}\n\n`))
        const severity = rule.isExperimental === true ? `${rule.severity}, experimental` : rule.severity
        assert.ok(page.includes(`\n- **Severity:** ${severity}\n`), `names the severity: ${severity}`)
        assert.match(page, /\n- \*\*Fix:\*\* (?:safe|unsafe|safe or unsafe|none)\b/)
        assert.deepEqual(
          [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
          ['Why', 'Bad', 'Good'],
        )
      })

      test('shows Dockerfiles that the rule catches as bad, and others that it leaves as good', () => {
        const bad = examples(page, 'Bad')
        const good = examples(page, 'Good')
        assert.ok(bad.length > 0 && good.length > 0)
        const finds = ({ text, options }: Example): boolean =>
          lintDockerfile(text, options).findings.some(({ code }) => code === rule.name)
        for (const example of bad) assert.ok(finds(example), `finds nothing in:\n${example.text}`)
        for (const example of good) assert.ok(!finds(example), `finds something in:\n${example.text}`)
      })
    })
  }
})

interface Example {
  readonly text: string
  readonly options: LintOptions
}

/** The Dockerfiles of one part of a page, each with the files of the build context that are listed before it. */
function examples(page: string, title: string): readonly Example[] {
  const [, part = ''] = new RegExp(`^## ${title}$([^]*?)(?=^## |(?![^]))`, 'm').exec(page) ?? []
  const found: Example[] = []
  let files: Record<string, string> | undefined
  for (const [, kind = '', content = ''] of part.matchAll(/^```(.*)\n([^]*?)^```$/gm)) {
    if (kind === 'text context')
      files = Object.fromEntries(
        content
          .trim()
          .split('\n')
          .map((path) => [path, '']),
      )
    else if (kind === 'text .dockerignore') files = { ...files, '.dockerignore': content }
    // Pages have the line ends of Unix.
    else if (kind === 'dockerfile' || kind === 'dockerfile crlf') {
      const text = kind === 'dockerfile' ? content : content.replaceAll('\n', '\r\n')
      const context = files === undefined ? undefined : memoryContext(files)
      found.push({ text, options: { context, experimental: true } })
    }
  }
  return found
}
