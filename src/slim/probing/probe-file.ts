import {
  array,
  boolean,
  custom,
  maxValue,
  minLength,
  minValue,
  number,
  optional,
  pipe,
  record,
  regex,
  strictObject,
  string,
  union,
  unknown,
  type InferOutput,
} from 'valibot'

const line = pipe(string('must be text'), minLength(1, 'must not be empty'))
const seconds = pipe(
  number('must be a number of seconds'),
  minValue(0.001, 'must be more than 0'),
  maxValue(86_400, 'must be at most a day'),
)
const headerName = pipe(string(), regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header'))
/** valibot takes a list for a map with the keys 0, 1, …. */
const noList = custom<object>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a map of headers',
)

const requestSchema = strictObject(
  {
    request: line,
    headers: optional(pipe(noList, record(headerName, string('must be text')))),
    body: optional(string('must be text; a document is json')),
    json: optional(unknown()),
  },
  'must hold request, exec or script',
)
const commandSchema = strictObject({ exec: line }, 'must hold request, exec or script')
const scriptSchema = strictObject({ script: line }, 'must hold request, exec or script')

/** A file of probes, as docs/probes.schema.json has it for editors. */
export const probeFileSchema = strictObject(
  {
    probes: array(
      union(
        [line, requestSchema, commandSchema, scriptSchema],
        'must be a request such as GET /users, or hold request, exec or script',
      ),
      'must be a list',
    ),
    explore: optional(boolean('must be true or false')),
    'ready-timeout': optional(seconds),
    'answer-timeout': optional(seconds),
  },
  'must hold probes',
)

export type ProbeFile = InferOutput<typeof probeFileSchema>
