import { nearest } from '../../../std/nearest.ts'
import type { DockerfileDocument } from '../../document.ts'
import { quote } from '../../reading/report.ts'
import type { TextRange } from '../../text-range.ts'
import { fixOf } from '../edits/replace-text.ts'
import { namedSources, type NamedSource } from '../facts/named-sources.ts'
import { officialImages } from '../facts/official-images.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `COPY --from=build`, and the stage is called `builder`: the builder looks for an image of that name. */
export const mistypedStageName: Rule = {
  name: 'MistypedStageName',
  category: 'mistake',
  severity: 'error',
  summary: 'an image is named where a stage is meant',
  check(file, report) {
    let searches = 0
    for (const source of namedSources(file)) {
      const name = nameThatIsNoImage(source)
      if (name === undefined || searches === searchesMax) continue
      searches += 1
      const found = findMeant(file, source, name)
      if (found !== undefined) report(found)
    }
  },
}

/** Comparing every name with every other would take forever. */
const searchesMax = 100
const namesMax = 200

/** Names of local images are left alone only if no stage has one like it. */
function nameThatIsNoImage({ reference }: NamedSource): string | undefined {
  const isName = reference !== undefined && /^[A-Za-z][\w.-]{0,39}$/.test(reference)
  return isName && !officialImages.has(reference) ? reference : undefined
}

function findMeant(file: RuleInput, source: NamedSource, name: string): FoundProblem | undefined {
  const { names, range, stage, kind } = source
  const meant = names.size > namesMax ? undefined : nearStage(name, names)
  const cost = 'The builder takes the name for an image of Docker Hub, and there is none of that name.'
  if (meant !== undefined) {
    const hint = `Did you mean ${meant}?`
    return {
      message: `no stage above is called ${quote(name)}`,
      range,
      cost,
      hint,
      ...write(file.document, range, name, meant),
    }
  }
  const later = kind === 'from' ? file.stages.find((each) => isNamed(each.evaluated.stage.name, name)) : undefined
  if (later !== undefined && later !== stage) {
    return {
      message: `the stage ${quote(name)} comes later, so FROM takes this for an image`,
      range,
      cost,
      hint: 'Put that stage above this one.',
      related: [{ message: 'the stage', range: later.evaluated.stage.from.range }],
    }
  }
  return kind === 'from' ? undefined : withoutName(file, source, name, cost)
}

function isNamed(stageName: string | undefined, name: string): boolean {
  return stageName === name.toLowerCase()
}

/** A name that is nearly the same, or the only one that goes on like it: `build` for `build-env`. */
function nearStage(name: string, names: ReadonlySet<string>): string | undefined {
  const lower = name.toLowerCase()
  const longer = [...names].filter((each) => each.startsWith(lower) || lower.startsWith(`${each}-`))
  return nearest(lower, names) ?? (longer.length === 1 && lower.length > 3 ? longer[0] : undefined)
}

/** Names that nobody gives to an image. */
const usual =
  /^(?:build|builder|building|build-?(?:env|stage|deps|image)|builder-?image|compile|compiler|deps|dependencies|install|assets|frontend|backend|stage\d*)$/i

/** The one stage above has no name, and FROM could give it this one. */
function withoutName(
  { document, stages }: RuleInput,
  { stage, range }: NamedSource,
  name: string,
  cost: string,
): FoundProblem | undefined {
  const above = stages.slice(0, stage.evaluated.stage.index)
  const [only] = above
  if (only === undefined || above.length > 1 || only.evaluated.stage.from.name !== undefined || !usual.test(name))
    return undefined
  const { from } = only.evaluated.stage
  const end = from.base.range.end
  return {
    message: `no stage is called ${quote(name)}: the one above has no name`,
    range,
    cost,
    hint: `Write AS ${name} behind the FROM above.`,
    related: [{ message: 'the stage above', range: from.range }],
    ...(document.text.slice(end, from.range.end).trim() === ''
      ? fixOf(`call the stage ${name}`, 'unsafe', [{ range: { start: end, end }, newText: ` AS ${name}` }])
      : {}),
  }
}

function write({ text }: DockerfileDocument, range: TextRange, name: string, meant: string): ReturnType<typeof fixOf> {
  const at = text.slice(range.start, range.end).lastIndexOf(name)
  const place = { start: range.start + at, end: range.start + at + name.length }
  return at === -1 ? {} : fixOf(`write ${meant}`, 'unsafe', [{ range: place, newText: meant }])
}
