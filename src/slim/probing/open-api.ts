import { array, boolean, looseObject, optional, record, safeParse, string, unknown, type InferOutput } from 'valibot'

/** Where servers have their OpenAPI document: FastAPI and others, Swagger's tools, springdoc. */
export const openApiPaths: readonly string[] = ['/openapi.json', '/swagger.json', '/v3/api-docs']

const exampleEntries = {
  example: optional(unknown()),
  default: optional(unknown()),
  enum: optional(array(unknown())),
}

const parameterSchema = looseObject({
  ...exampleEntries,
  name: string(),
  in: string(),
  required: optional(boolean()),
  examples: optional(record(string(), looseObject({ value: optional(unknown()) }))),
  schema: optional(looseObject({ ...exampleEntries, examples: optional(array(unknown())) })),
})

const parametersSchema = optional(array(unknown()), [])

const documentSchema = looseObject({
  basePath: optional(string()),
  servers: optional(array(looseObject({ url: optional(string()) }))),
  paths: record(
    string(),
    looseObject({
      parameters: parametersSchema,
      get: optional(looseObject({ parameters: parametersSchema })),
    }),
  ),
})

type Parameter = InferOutput<typeof parameterSchema>

/**
 * Paths of an OpenAPI document (2.0 or 3.x, JSON) that can be asked: its GET operations whose parameters are optional or have an example,
 * a default or a list of values. None where the text is no such document.
 */
export function openApiLinks(text: string): readonly string[] {
  const result = safeParse(documentSchema, parsed(text))
  if (!result.success) return []
  const { basePath, servers, paths } = result.output
  const base = (basePath ?? serverPath(servers?.[0]?.url)).replace(/\/$/, '')
  return Object.entries(paths)
    .map(([path, item]) =>
      item.get === undefined ? undefined : filled(path, [...item.parameters, ...item.get.parameters]),
    )
    .filter((path) => path !== undefined)
    .map((path) => `${base}${path}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function serverPath(url: string | undefined): string {
  return url === undefined ? '' : (URL.parse(url, 'http://localhost/')?.pathname ?? '')
}

/** A path with values for what it requires; undefined where one is not known. */
function filled(path: string, parameters: readonly unknown[]): string | undefined {
  const query = new URLSearchParams()
  let made = path
  for (const unchecked of parameters) {
    const result = safeParse(parameterSchema, unchecked)
    // A reference to another part of the document, or nothing that can be read.
    if (!result.success) return undefined
    const parameter = result.output
    const value = exampleOf(parameter)
    const isNeeded = parameter.in === 'path' || parameter.required === true
    if (isNeeded && value === undefined) return undefined
    if (!isNeeded || value === undefined) continue
    if (parameter.in === 'path') made = made.replaceAll(`{${parameter.name}}`, encodeURIComponent(value))
    else if (parameter.in === 'query') query.set(parameter.name, value)
    else return undefined
  }
  if (made.includes('{')) return undefined
  return query.size === 0 ? made : `${made}?${query.toString()}`
}

function exampleOf({ example, default: usual, enum: values, examples, schema }: Parameter): string | undefined {
  const candidates = [
    example,
    Object.values(examples ?? {})[0]?.value,
    schema?.example,
    schema?.examples?.[0],
    usual,
    schema?.default,
    values?.[0],
    schema?.enum?.[0],
  ]
  for (const candidate of candidates) {
    if (typeof candidate === 'string' || typeof candidate === 'number' || typeof candidate === 'boolean') {
      return String(candidate)
    }
  }
  return undefined
}
