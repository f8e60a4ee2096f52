import { readFile, stat } from 'node:fs/promises'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import type { BuildSecret } from './build-request.ts'
import { BuildError } from './errors.ts'
import { checkKeys, choiceField, readFields } from './options/read-fields.ts'

/** BuildKit's bound (session/secrets/secretsprovider), so that a Dockerfile works with both. */
const secretBytesMax = 500 * 1024

/**
 * Reads `--secret`: `id=NAME,src=FILE`, `id=NAME,env=VARIABLE`, or an ID alone, which is the variable of that name if it is set and
 * else the file. A file must be there; it is read when a step asks for it.
 *
 * @throws BuildError `bad-build-option`
 */
export async function parseSecret(
  text: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly id: string; readonly secret: BuildSecret }> {
  const fields = readFields('--secret', text)
  checkKeys(fields, ['id', 'type', 'src', 'source', 'env'])
  const { values, title } = fields
  const type = choiceField(fields, 'type', ['file', 'env'])
  const source = values.get('src') ?? values.get('source')
  const id = values.get('id') ?? source ?? values.get('env') ?? ''
  if (id === '') {
    throw new BuildError('bad-build-option', `${title}: id=… is missing`, {
      hint: 'Write --secret id=NAME,src=FILE or --secret id=NAME,env=VARIABLE.',
    })
  }
  const variable = values.get('env') ?? (type === 'env' ? (source ?? id) : undefined)
  if (variable !== undefined) return { id, secret: variableSecret(variable, title, environment) }
  const isVariable = source === undefined && type === undefined && environment[id] !== undefined
  return { id, secret: isVariable ? variableSecret(id, title, environment) : await fileSecret(source ?? id, title) }
}

function variableSecret(name: string, title: string, environment: NodeJS.ProcessEnv): BuildSecret {
  const value = environment[name]
  if (value === undefined) {
    throw new BuildError('bad-build-option', `${title}: the environment has no variable ${name}`)
  }
  return { read: async () => Buffer.from(value) }
}

async function fileSecret(path: string, title: string): Promise<BuildSecret> {
  const unreadable = (cause: unknown): BuildError => {
    const isMissing = systemErrorCode(cause) === 'ENOENT'
    const why = isMissing ? `there is no file ${JSON.stringify(path)}` : errorMessage(cause)
    return new BuildError('bad-build-option', `${title}: ${why}`, { cause })
  }
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw new BuildError('bad-build-option', `${title}: ${path} is a folder`)
    if (found.size > secretBytesMax) throw tooLarge(title)
  } catch (error) {
    throw error instanceof BuildError ? error : unreadable(error)
  }
  return {
    async read() {
      const content = await readFile(path).catch((error: unknown) => {
        throw unreadable(error)
      })
      if (content.length > secretBytesMax) throw tooLarge(title)
      return content
    },
  }
}

function tooLarge(title: string): BuildError {
  return new BuildError('bad-build-option', `${title}: a secret has at most ${secretBytesMax} bytes`)
}
