import {
  minLength,
  minValue,
  number,
  optional,
  picklist,
  pipe,
  record,
  regex,
  strictObject,
  string,
  boolean,
  union,
  type InferOutput,
} from 'valibot'
import { lintRules } from '../dockerfile/lint.ts'
import { parseSettings } from './config/parse.ts'
import { severities } from './severities.ts'

const severity = picklist(severities, 'must be information, warning or error')
const ruleSetting = picklist(['off', ...severities], 'must be off, information, warning or error')
const ruleNames = lintRules.map(({ name }) => [name, optional(ruleSetting)] as const)

const budgetRow = pipe(string(), regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, 'is not the name of a row of the card'))
const budgetLimit = union(
  [pipe(number(), minValue(0)), pipe(string(), minLength(1))],
  'must be what a row may be at most: 20MB, 500, nonroot, +10%',
)

/** What may stand in `.wherry.yaml`. `docs/project.schema.json` says the same; a test holds them together. */
export const projectSchema = strictObject(
  {
    lint: optional(
      strictObject(
        {
          severity: optional(severity),
          experimental: optional(boolean('must be true or false')),
          rules: optional(strictObject(Object.fromEntries(ruleNames), 'must hold rules by name')),
        },
        'must hold severity, experimental or rules',
      ),
    ),
    budget: optional(record(budgetRow, budgetLimit, 'must hold rows of the card, and what each may be at most')),
  },
  'must hold lint or budget',
)

export type ProjectSettings = InferOutput<typeof projectSchema>

/** Checks the text of a project's settings. @throws CliError `bad-configuration` */
export function parseProjectSettings(text: string, path: string): ProjectSettings {
  return parseSettings(text, path, projectSchema, 'docs/project.schema.json')
}
