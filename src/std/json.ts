import { getDotPath, safeParse, type GenericSchema, type InferOutput } from 'valibot'

/** JSON from outside that is not what it should be. `message` ends with the path of what is wrong, such as `layers.3.digest`. */
export class JsonError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'JsonError'
  }
}

/**
 * Checks JSON at the door.
 *
 * @param what names the document in the message: `manifest sha256:… `, `answer of https://…/token`.
 * @throws JsonError for text that is no UTF-8 or no JSON, and for a value that does not fit, with its path.
 */
export function parseJson<Schema extends GenericSchema>(
  bytes: Uint8Array,
  schema: Schema,
  what: string,
): InferOutput<Schema> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new JsonError(`${what} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  return checkValue(value, schema, what)
}

/** The second half of {@link parseJson}, for a value that was parsed already. */
function checkValue<Schema extends GenericSchema>(value: unknown, schema: Schema, what: string): InferOutput<Schema> {
  const result = safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  const issue = result.issues[0]
  const path = getDotPath(issue)
  throw new JsonError(`${what}: ${path === null ? '' : `${path}: `}${issue.message}`)
}
