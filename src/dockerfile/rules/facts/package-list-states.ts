import type { ShellCommand } from '../../shell-command.ts'
import { shellNames } from '../../script/invocation.ts'
import { runCommands } from './built-steps.ts'
import { clearsFolder, isMountedAway } from './cleared-folders.ts'
import { packageCommand } from './package-commands.ts'
import type { StageFacts, Step } from './stage-facts.ts'

/** Where apt keeps the lists of packages. */
const aptLists = '/var/lib/apt/lists'

/** Whether apt's lists are in a layer: surely, surely not, or nobody knows. */
export type ListState = 'there' | 'missing' | 'unknown'

/** An `apt-get install` and what it finds. */
export interface AptInstall {
  readonly stage: StageFacts
  readonly step: Step
  readonly command: ShellCommand
  readonly lists: ListState
  /** The update of an earlier RUN that the lists are of. */
  readonly update: AptUpdate | undefined
}

/** An `apt-get update` whose lists stay in its layer. */
export interface AptUpdate {
  readonly step: Step
  readonly command: ShellCommand
}

interface StageState {
  readonly lists: ListState
  readonly update: AptUpdate | undefined
}

/** Follows apt's lists through all stages: each installation that needs them, in the order of the file. */
export function aptInstalls(stages: readonly StageFacts[]): readonly AptInstall[] {
  const found: AptInstall[] = []
  const ends = new Map<StageFacts, StageState>()
  for (const stage of stages) {
    let state: StageState = (stage.parent && ends.get(stage.parent)) ?? { lists: listsOfBase(stage), update: undefined }
    for (const step of stage.steps) state = follow(stage, step, state, found)
    ends.set(stage, state)
  }
  return found
}

/** Docker's official images have no lists; the makers of other images do as they like. */
function listsOfBase({ base }: StageFacts): ListState {
  const isOfficial = base.officialName !== undefined && !base.officialName.includes('/')
  return isOfficial && base.packageManager === 'apt' ? 'missing' : 'unknown'
}

function follow(stage: StageFacts, step: Step, before: StageState, found: AptInstall[]): StageState {
  const { evaluated } = step
  if (evaluated.kind === 'copy' || evaluated.kind === 'add') {
    const mayHold =
      aptLists.startsWith(evaluated.destination.replace(/\/$/, '')) || evaluated.destination.startsWith('/var/lib/apt')
    return mayHold && evaluated.destination.startsWith('/') ? { lists: 'unknown', update: undefined } : before
  }
  if (evaluated.kind !== 'run') return before
  if (step.script() === undefined) return { lists: 'unknown', update: undefined }
  // With a mount the lists are of another time.
  const isMounted = isMountedAway(evaluated.mounts, aptLists)
  let state: StageState = isMounted ? { lists: 'unknown', update: undefined } : before
  for (const command of runCommands(step)) {
    const asked = packageCommand(command)
    if (asked?.manager === 'apt' && asked.action === 'install') {
      const fromLists = asked.packages.filter(({ value }) => !/^[./]|\.deb$/.test(value))
      const update = state.update?.step === step ? undefined : state.update
      if (fromLists.length > 0) found.push({ stage, step, command, lists: state.lists, update })
    }
    state = behind(command, asked, step, state)
  }
  return isMounted ? before : state
}

function behind(
  command: ShellCommand,
  asked: ReturnType<typeof packageCommand>,
  step: Step,
  state: StageState,
): StageState {
  if (asked?.manager === 'apt') {
    if (asked.action === 'update')
      return { lists: command.isConditional ? 'unknown' : 'there', update: { step, command } }
    const removesLists = asked.action === 'clean' && /^dist-?clean$/.test(asked.actionWord.value)
    return removesLists ? { lists: 'missing', update: undefined } : state
  }
  if (clearsFolder(command, aptLists))
    return { lists: command.isConditional ? 'unknown' : 'missing', update: undefined }
  return mayUpdate(command) ? { lists: 'unknown', update: undefined } : state
}

/** Scripts and programs that may call apt-get themselves. */
function mayUpdate({ program, programWord, words }: ShellCommand): boolean {
  if (program === '' && words.length > 0) return true
  if (shellNames.has(program) || program.endsWith('.sh') || program === '.' || program === 'source') return true
  if (programWord?.value.includes('/') === true) return true
  return [
    'add-apt-repository',
    'install-php-extensions',
    'eval',
    'make',
    'install_packages',
    'ansible-playbook',
    'npx',
    'playwright',
    'extrepo',
    'python3',
    'python',
    'perl',
  ].includes(program)
}
