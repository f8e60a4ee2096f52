import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { lintRules, type RuleDescription } from '../src/dockerfile/lint.ts'
import { repositoryRoot } from './source-tree.ts'

const overviewPath = 'docs/rules/README.md'
const schemaPath = 'docs/project.schema.json'

const categoryTitles: Readonly<Record<RuleDescription['category'], string>> = {
  buildkit: "BuildKit's build checks",
  mistake: 'Mistakes',
  size: 'Size',
  speed: 'Speed',
  safety: 'Safety',
  'small-base': 'Traps of small bases',
}

/** The documents that follow from the table of rules, by path: the overview, and the schema of a project's settings. */
export async function ruleDocuments(): Promise<ReadonlyMap<string, string>> {
  const documents = new Map([
    [overviewPath, await overview()],
    [schemaPath, JSON.stringify(projectJsonSchema())],
  ])
  const formatted = [...documents].map(async ([path, text]) => {
    const filepath = resolve(repositoryRoot, path)
    return [path, await format(text, { ...(await resolveConfig(filepath)), filepath })] as const
  })
  return new Map(await Promise.all(formatted))
}

/** A table for each category. What a fix may do is read from each rule's page. */
async function overview(): Promise<string> {
  const parts: string[] = []
  for (const [category, title] of Object.entries(categoryTitles)) {
    const rows = lintRules.filter((rule) => rule.category === category)
    if (rows.length === 0) continue
    const lines = await Promise.all(rows.map((rule) => row(rule)))
    parts.push(`## ${title}\n\n| rule | severity | fix | finds |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`)
  }
  return `# Rules of wherry lint\n\n${introduction}\n\n${parts.join('\n')}`
}

const introduction = `Written by \`npm run format\` from the rules themselves. \`wherry lint --rules\` prints the same list.

- **Severity**: \`error\` is a build or a container that fails, \`warning\` something that should change, \`information\` something to
  know. \`wherry lint\` reports warnings and errors; \`--severity information\` reports all.
- **Fix**: \`--fix\` applies safe ones, which leave the image doing what it does; \`--fix=unsafe\` also the others. \`--diff\` shows them.
- **Leaving a rule out**: \`# check=skip=RULE\` at the top of the file or above an instruction, or in \`.wherry.yaml\`
  ([schema](../project.schema.json)):

\`\`\`yaml
lint:
  severity: warning
  rules:
    UnpinnedBaseDigest: off
    RunsAsRoot: error
\`\`\`

What the reader of the language itself finds (unknown instructions, bad flags, JSON that is none) is not a rule and has no page: its
message says it.`

async function row({ name, severity, isExperimental, summary }: RuleDescription): Promise<string> {
  const page = await readFile(resolve(repositoryRoot, 'docs/rules', `${name}.md`), 'utf8')
  const [, fix = ''] = /^- \*\*Fix:\*\* (safe or unsafe|safe|unsafe|none)\b/m.exec(page) ?? []
  const shown = isExperimental === true ? `${severity}, experimental` : severity
  return `| [${name}](${name}.md) | ${shown} | ${fix} | ${summary} |`
}

function projectJsonSchema(): object {
  const severities = ['information', 'warning', 'error']
  const rules = lintRules.map(({ name, summary, severity }) => [
    name,
    { description: `${summary}; ${severity} unless set.`, $ref: '#/$defs/rule' },
  ])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "A project's settings for wherry",
    description: 'The file .wherry.yaml in the root of a repository, or nearer to the files that it is about.',
    type: 'object',
    additionalProperties: false,
    properties: {
      budget: {
        description:
          'What rows of the card may be at most, by their IDs or the part behind the dot, as --budget takes them: ' +
          'wherry compare and wherry slim end with 1 where an image is more.',
        type: 'object',
        propertyNames: { type: 'string', pattern: '^[a-z0-9]+(?:[.-][a-z0-9]+)*$' },
        additionalProperties: {
          anyOf: [
            { type: 'number', minimum: 0 },
            { type: 'string', minLength: 1 },
          ],
        },
      },
      lint: {
        description: 'What wherry lint reports.',
        type: 'object',
        additionalProperties: false,
        properties: {
          severity: {
            description: 'Findings from here on are reported and fail; warning unless set.',
            enum: severities,
          },
          experimental: { description: "Whether BuildKit's experimental checks run.", type: 'boolean' },
          rules: {
            description: 'How bad the findings of single rules are, or off.',
            type: 'object',
            additionalProperties: false,
            properties: Object.fromEntries(rules),
          },
        },
      },
    },
    $defs: { rule: { enum: ['off', ...severities] } },
  }
}

if (import.meta.main) {
  for (const [path, text] of await ruleDocuments()) await writeFile(resolve(repositoryRoot, path), text)
}
