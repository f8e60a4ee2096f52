import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  boolean,
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
  union,
  type InferOutput,
} from 'valibot'
import { lintRules } from '../dockerfile/lint.ts'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import { parseSettings } from './config/parse.ts'
import { CliError } from './errors.ts'

export const severities = ['information', 'warning', 'error'] as const

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

/** Where the settings of a project are. */
export const projectFileName = '.wherry.yaml'

/**
 * Reads the settings of the project that a folder is part of: `.wherry.yaml` there or in the nearest folder above, as far as the
 * root of the repository. Without one, nothing is set.
 *
 * @param named A file that must be there, in place of those.
 * @throws CliError `bad-configuration`
 */
export async function readProjectSettings(folder: string, named: string | undefined): Promise<ProjectSettings> {
  if (named !== undefined) return parse(named, await read(named))
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, projectFileName)
    if (await exists(path)) return parse(path, await read(path))
    if (dirname(at) === at || (await exists(join(at, '.git')))) return {}
  }
}

function parse(path: string, text: string): ProjectSettings {
  return parseSettings(text, path, projectSchema, 'docs/project.schema.json')
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const hint = systemErrorCode(error) === 'ENOENT' ? 'Make the file, or leave --config out.' : undefined
    throw new CliError('bad-configuration', `cannot read the settings: ${errorMessage(error)}`, { cause: error, hint })
  }
}
