import type { ReportProblem } from '../diagnostic.ts'
import type { Flag } from '../instruction-parts.ts'
import { cacheSharings, mountTypes, type CacheSharing, type Mount, type MountOption, type MountType } from '../mount.ts'
import { sliceSource, type SourceString } from '../source-string.ts'
import type { TextRange } from '../text-range.ts'
import { parseBoolean } from './characters.ts'
import { splitAtCommas } from './comma-separated.ts'
import { alternatives, didYouMean, problem, quote } from './report.ts'
import { parseSizeBytes, parseUnsigned } from './sizes.ts'

/** Each key with the one that it is another name of, or itself. */
const canonicalKeys: Readonly<Record<string, string>> = {
  type: 'type',
  from: 'from',
  source: 'source',
  src: 'source',
  target: 'target',
  dst: 'target',
  destination: 'target',
  readonly: 'readonly',
  ro: 'readonly',
  readwrite: 'readwrite',
  rw: 'readwrite',
  required: 'required',
  size: 'size',
  id: 'id',
  sharing: 'sharing',
  mode: 'mode',
  uid: 'uid',
  gid: 'gid',
  env: 'env',
}

const textFields = { from: 'from', source: 'source', target: 'target', id: 'id', env: 'environmentVariable' } as const

/** The value of an option, or undefined where it is not known yet because of the variables in it. */
export type OptionValue = (value: SourceString) => string | undefined

type Draft = { -readonly [Key in keyof Mount]: Mount[Key] } & {
  /** Undefined while the option is missing: then the type decides. */
  readOnlyGiven: boolean | undefined
  isTypeKnown: boolean
}

/**
 * Reads the value of a `--mount` (BuildKit's `parseMount`). Options count from left to right: some look at the type that was
 * given before them.
 *
 * @returns undefined after reporting what is wrong.
 */
export function readMount(flag: Flag, valueOf: OptionValue, report: ReportProblem): Mount | undefined {
  const text = flag.value
  const fields = text === undefined ? undefined : splitAtCommas(text)
  if (fields === undefined) {
    const isEmpty = text === undefined || text.value === ''
    const message = isEmpty ? 'the mount has no options' : 'quotes in a mount stand around whole options'
    report(problem('bad-mount', 'error', isEmpty ? flag.range : text.range, message))
    return undefined
  }
  const options = fields.map(toOption)
  const draft = emptyDraft(flag, options)
  for (const option of options) {
    const wrong = applyOption(draft, option, valueOf)
    if (wrong === undefined) continue
    report(problem('bad-mount', 'error', option.range, wrong.message, wrong.hint))
    return undefined
  }
  const wrong = findConflict(draft)
  if (wrong !== undefined) {
    report(problem('bad-mount', 'error', flag.range, wrong))
    return undefined
  }
  const { readOnlyGiven, isTypeKnown: _, ...mount } = draft
  return { ...mount, isReadOnly: readOnlyGiven ?? (mount.type !== 'cache' && mount.type !== 'tmpfs') }
}

function toOption(field: SourceString): MountOption {
  const equals = field.value.indexOf('=')
  const key = (equals === -1 ? field.value : field.value.slice(0, equals)).toLowerCase()
  return { range: field.range, key, value: equals === -1 ? undefined : sliceSource(field, equals + 1) }
}

function emptyDraft(flag: Flag, options: readonly MountOption[]): Draft {
  return {
    flag,
    options,
    type: 'bind',
    isTypeKnown: true,
    from: undefined,
    source: undefined,
    target: undefined,
    isReadOnly: true,
    readOnlyGiven: undefined,
    sizeBytes: undefined,
    id: undefined,
    sharing: undefined,
    isRequired: false,
    mode: undefined,
    uid: undefined,
    gid: undefined,
    environmentVariable: undefined,
  }
}

interface Wrong {
  readonly message: string
  readonly hint?: string | undefined
}

function applyOption(draft: Draft, option: MountOption, valueOf: OptionValue): Wrong | undefined {
  const key = Object.hasOwn(canonicalKeys, option.key) ? canonicalKeys[option.key] : undefined
  if (key === undefined) {
    const hint = didYouMean(option.key, Object.keys(canonicalKeys))
    return { message: `a mount has no option ${quote(option.key)}`, hint }
  }
  if (option.value === undefined) return applySwitch(draft, key, 'true')
  if (key === 'from' && /\$./s.test(option.value.value)) {
    const hint = 'Give the stage a name: FROM $NAME AS name, and mount from=name.'
    return { message: 'variables are not replaced in from', hint }
  }
  const value = valueOf(option.value)
  if (value === undefined) return deferOption(draft, key, option.value.value)
  switch (key) {
    case 'type':
      return applyType(draft, value)
    case 'sharing':
      return applySharing(draft, value)
    case 'readonly':
    case 'readwrite':
    case 'required':
      return applySwitch(draft, key, value)
    case 'size':
    case 'mode':
    case 'uid':
    case 'gid':
      return applyNumber(draft, key, value)
    case 'from':
    case 'source':
    case 'target':
    case 'id':
    case 'env':
      draft[textFields[key]] = value
  }
  return undefined
}

/** Keeps what can be kept of an option whose value is not known yet. */
function deferOption(draft: Draft, key: string, written: string): undefined {
  if (key === 'source' || key === 'target' || key === 'id' || key === 'env') draft[textFields[key]] = written
  if (key === 'type') draft.isTypeKnown = false
}

function applyType(draft: Draft, value: string): Wrong | undefined {
  const type: MountType | undefined = mountTypes.find((known) => known === value.toLowerCase())
  if (type === undefined)
    return { message: `there is no mount type ${quote(value)}`, hint: choiceHint(value, mountTypes) }
  draft.type = type
  draft.isTypeKnown = true
  return undefined
}

function applySharing(draft: Draft, value: string): Wrong | undefined {
  const sharing: CacheSharing | undefined = cacheSharings.find((known) => known === value.toLowerCase())
  const hint = choiceHint(value, cacheSharings)
  if (sharing === undefined) return { message: `a cache cannot be shared as ${quote(value)}`, hint }
  draft.sharing = sharing
  return undefined
}

function choiceHint(value: string, choices: readonly string[]): string {
  return didYouMean(value, choices) ?? `It is ${alternatives(choices)}.`
}

function applySwitch(draft: Draft, key: string, value: string): Wrong | undefined {
  if (key !== 'readonly' && key !== 'readwrite' && key !== 'required') {
    return { message: `${key} has no value`, hint: `Write ${key}=VALUE.` }
  }
  if (key === 'required' && draft.isTypeKnown && draft.type !== 'secret' && draft.type !== 'ssh') {
    return {
      message: `required is for secret and ssh, not for ${draft.type}`,
      hint: 'The type has to stand before it.',
    }
  }
  const isOn = parseBoolean(value)
  if (isOn === undefined) return { message: `${key} is true or false, not ${quote(value)}` }
  if (key === 'required') draft.isRequired = isOn
  else draft.readOnlyGiven = key === 'readonly' ? isOn : !isOn
  return undefined
}

function applyNumber(draft: Draft, key: 'size' | 'mode' | 'uid' | 'gid', value: string): Wrong | undefined {
  if (key === 'size' && draft.isTypeKnown && draft.type !== 'tmpfs') {
    return { message: `size is for tmpfs, not for ${draft.type}`, hint: 'The type has to stand before it.' }
  }
  const number = key === 'size' ? parseSizeBytes(value) : parseUnsigned(value, key === 'mode' ? 8 : 10)
  if (number === undefined) {
    const what = key === 'size' ? 'number of bytes' : key === 'mode' ? 'octal number' : 'number'
    return { message: `${key} is no ${what}: ${quote(value)}` }
  }
  draft[key === 'size' ? 'sizeBytes' : key] = number
  return undefined
}

/** What does not go together, once all options are known. */
function findConflict(draft: Draft): string | undefined {
  if (!draft.isTypeKnown) return undefined
  const { type, from, source, target, id, sharing } = draft
  if (type === 'bind' || type === 'tmpfs') {
    const key = (['mode', 'uid', 'gid'] as const).find((each) => draft[each] !== undefined)
    if (key !== undefined) return `${key} is not for mounts of type ${type}`
  }
  if (type === 'secret') {
    if (isGiven(from)) return 'a secret comes from no stage or image'
    if (!isGiven(source) && !isGiven(target) && !isGiven(id)) return 'a secret needs an id or a target'
    if (isGiven(source) && isGiven(id)) return 'source and id of a secret mean the same: give one'
  }
  return sharing !== undefined && type !== 'cache' ? `sharing is for cache, not for ${type}` : undefined
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text !== ''
}

/** Where variables of a mount may stand. */
export function mountValues(mount: Mount): readonly SourceString[] {
  return mount.options.flatMap(({ key, value }) => (value === undefined || key === 'from' ? [] : [value]))
}

/** The place of an option, for diagnostics about what it names. */
export function optionRange(mount: Mount, key: string): TextRange {
  const option = mount.options.findLast((each) => canonicalKeys[each.key] === key)
  return option?.value?.range ?? option?.range ?? mount.flag.range
}
