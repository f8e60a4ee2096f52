import {
  array,
  boolean,
  check,
  custom,
  integer,
  maxValue,
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
import { parsePackageRequest } from '../debian/package-request.ts'

const text = (what: string) => pipe(string(`must be ${what}`), minLength(1, `must be ${what}`))

const whole = (least: number, most: number, what: string) =>
  pipe(
    number(`must be ${what}`),
    integer(`must be ${what}`),
    minValue(least, `must be ${what}`),
    maxValue(most, `must be ${what}`),
  )

const list = <Item extends ReturnType<typeof text>>(item: Item, what: string) =>
  array(item, `must be a list of ${what}`)

/** valibot takes a list for a map with the keys 0, 1, …. */
const noList = (what: string) => custom<object>((value) => typeof value === 'object' && !Array.isArray(value), what)

const anyName = string()
const anyText = string('must be text')
const mapOf = <Key extends typeof anyName | typeof absolutePath | typeof environmentName>(
  key: Key,
  value: ReturnType<typeof text> | typeof anyText,
  what: string,
) => pipe(noList(what), record(key, value, what))

/** One of something, or a list of them. */
const oneOrMore = (what: string) => union([text(what), list(text(what), 'them')], `must be ${what}, or a list of them`)

const absolutePath = pipe(
  string('must be a path that begins with a slash'),
  regex(/^\/(?!\/)[^\0]*$/, 'must be a path that begins with a slash'),
)
const fileMode = pipe(
  string("must be a mode in octal digits and in quotes, such as '0755'"),
  regex(/^[0-7]{3,4}$/, "must be a mode in octal digits and in quotes, such as '0755'"),
)
const owner = pipe(
  string("must be the numbers of a user and a group, such as '0:0'"),
  regex(/^[0-9]{1,9}:[0-9]{1,9}$/, "must be the numbers of a user and a group, such as '0:0'"),
)
const accountName = pipe(
  string('must be a name such as app'),
  regex(/^[a-z_][a-z0-9_-]{0,30}$/, 'must be a name such as app'),
)
const id = whole(0, 4_294_967_294, 'a number from 0 to 4294967294')
const packageRequest = pipe(
  string('must be a package such as nodejs, nodejs=18.* or nodejs/bookworm-backports'),
  check(
    (request) => parsePackageRequest(request).problem === undefined,
    ({ input }) => parsePackageRequest(input).problem?.message ?? '',
  ),
)
const environmentName = pipe(string(), regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'is no name of a variable'))
const port = pipe(
  string("must be a port such as '8080' or 53/udp"),
  regex(/^[0-9]{1,5}(?:\/(?:tcp|udp|sctp))?$/, "must be a port such as '8080' or 53/udp"),
)

const file = strictObject(
  {
    path: absolutePath,
    content: optional(string('must be text')),
    source: optional(text('a path, seen from the folder of the recipe')),
    mode: optional(fileMode),
    owner: optional(owner),
  },
  'must hold path, and content or source',
)

const directory = union(
  [absolutePath, strictObject({ path: absolutePath, mode: optional(fileMode), owner: optional(owner) })],
  'must be a path that begins with a slash, or hold path, mode and owner',
)

const user = strictObject(
  {
    name: accountName,
    uid: id,
    gid: optional(id),
    home: optional(absolutePath),
    shell: optional(absolutePath),
    comment: optional(pipe(string('must be text'), regex(/^[^:\n]*$/, 'must be text without a colon'))),
  },
  'must hold name and uid',
)

const group = strictObject(
  { name: accountName, gid: id, members: optional(array(accountName, 'must be a list of users')) },
  'must hold name and gid',
)

const pin = strictObject(
  {
    package: text('the name of a package, in which * stands for any text'),
    version: optional(text('a version, in which * stands for any text')),
    source: optional(text('the name of a suite')),
    priority: whole(-32_768, 32_767, 'a whole number, as in apt_preferences(5)'),
  },
  'must hold package and priority',
)

const exclude = strictObject(
  {
    packages: optional(list(text('the name of a package'), 'packages')),
    paths: optional(list(text('a pattern of paths'), 'patterns')),
  },
  'must hold packages or paths',
)

const pocket = picklist(
  ['updates', 'security', 'backports', 'proposed-updates'],
  'must be updates, security, backports or proposed-updates',
)

/** What may stand in a recipe. `docs/recipe.schema.json` says the same; a test holds them together. */
export const recipeSchema = strictObject(
  {
    description: optional(text('text')),
    extends: optional(text('the name of a recipe, or the path of its file')),
    suite: optional(text('a suite such as trixie')),
    architecture: optional(oneOrMore('an architecture such as amd64')),
    mirror: optional(oneOrMore('an address such as https://mirror.example.com/debian')),
    'security-mirror': optional(oneOrMore('an address such as https://mirror.example.com/debian-security')),
    keyring: optional(oneOrMore('the path of a file with keys')),
    components: optional(list(text('a component such as main'), 'components')),
    pockets: optional(array(pocket, 'must be a list such as [updates, security]')),
    packages: optional(array(packageRequest, 'must be a list of packages')),
    essential: optional(boolean('must be true or false')),
    dependencies: optional(picklist(['full', 'none'], 'must be full or none')),
    recommends: optional(boolean('must be true or false')),
    pins: optional(array(pin, 'must be a list of pins')),
    exclude: optional(exclude),
    files: optional(array(file, 'must be a list of files')),
    links: optional(mapOf(absolutePath, text('the target of a link'), 'must hold targets by the paths of links')),
    directories: optional(array(directory, 'must be a list of directories')),
    users: optional(array(user, 'must be a list of users')),
    groups: optional(array(group, 'must be a list of groups')),
    environment: optional(mapOf(environmentName, anyText, 'must hold values by the names of variables')),
    'working-directory': optional(absolutePath),
    entrypoint: optional(list(text('text'), 'words')),
    command: optional(list(text('text'), 'words')),
    user: optional(text('a user, or a user and a group, such as 65532:65532')),
    labels: optional(mapOf(anyName, anyText, 'must hold texts by the names of labels')),
    ports: optional(array(port, "must be a list of ports such as ['8080']")),
    'stop-signal': optional(text('a signal such as SIGTERM')),
    scripts: optional(picklist(['none', 'run'], 'must be none or run')),
  },
  'must hold packages, extends and the like',
)

/** One recipe as it is written. Keys are those of the file. What is not set comes from the recipe that it extends. */
export type Recipe = InferOutput<typeof recipeSchema>
