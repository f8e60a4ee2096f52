import type { GenericSchema, InferOutput } from 'valibot'
import { positionOf, sourceExcerpt } from '../../std/source-excerpt.ts'
import { readYaml } from '../../std/yaml-file.ts'
import { CliError } from '../errors.ts'
import { configurationSchema, type ConfigurationFile } from './schema.ts'

/**
 * Reads the text of the configuration file.
 *
 * @param path for messages.
 * @throws CliError `bad-configuration` with file, line, column, the line itself and a caret.
 */
export function parseConfiguration(text: string, path: string): ConfigurationFile {
  return parseSettings(text, path, configurationSchema, 'docs/config.schema.json')
}

/**
 * Reads the text of a file of settings.
 *
 * @param published where the schema is, for whoever wonders what may stand in the file.
 * @throws CliError `bad-configuration`
 */
export function parseSettings<Schema extends GenericSchema>(
  text: string,
  path: string,
  schema: Schema,
  published: string,
): InferOutput<Schema> {
  const read = readYaml(text, schema)
  if ('value' in read) return read.value
  const { message, hint = `${published} lists what may stand there.`, start, end } = read.problem
  const { line, column } = positionOf(text, start)
  throw new CliError('bad-configuration', `${path}:${line}:${column}: ${message}\n${sourceExcerpt(text, start, end)}`, {
    hint,
  })
}
