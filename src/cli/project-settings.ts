import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import type { ProjectSettings } from './project-schema.ts'
import { CliError } from './errors.ts'

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
  if (named !== undefined) return await parse(named, await read(named))
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, projectFileName)
    if (await exists(path)) return await parse(path, await read(path))
    if (dirname(at) === at || (await exists(join(at, '.git')))) return {}
  }
}

async function parse(path: string, text: string): Promise<ProjectSettings> {
  // It knows the rules of lint, which take longer to load than all that a project without settings asks for.
  const { parseProjectSettings } = await import('./project-schema.ts')
  return parseProjectSettings(text, path)
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
