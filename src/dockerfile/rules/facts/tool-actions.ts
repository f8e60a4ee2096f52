import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { slipFinder, type SlipFinder } from './typing-slips.ts'

interface Tool {
  readonly programs: readonly string[]
  /** What it does, as its help lists it, and what plug-ins are called that people use. */
  readonly actions: readonly string[]
  /** Options before the action that take the word behind them. */
  readonly withValue?: readonly string[]
}

/**
 * Tools that are told by a word what to do. npm is not among them: it understands slips (`npm isntall`) and abbreviations. Nor are
 * tools whose words are mostly scripts or targets of the project (yarn, make, gradle). As the help of each lists them: apt 3.0,
 * apk 2.14, dnf 4, pip 25, Go 1.25, Cargo 1.90, Git 2.51, systemd 257, .NET 9, Composer 2.8, Bundler 2.7, RubyGems 3.7, Poetry 2.2,
 * uv 0.9, Maven 3.9 (the phases of its life cycles).
 */
const tools: readonly Tool[] = [
  {
    programs: ['apt-get', 'apt', 'aptitude'],
    actions: words(
      `install reinstall remove purge update upgrade full-upgrade dist-upgrade dselect-upgrade safe-upgrade build-dep satisfy clean autoclean
      distclean dist-clean autoremove autopurge check source download changelog indextargets list search show edit-sources showsrc depends
      rdepends policy help moo markauto unmarkauto hold unhold why why-not`,
    ),
    withValue: ['-o', '-t', '-c', '--option', '--target-release', '--config-file'],
  },
  {
    programs: ['apk'],
    actions: words(
      'add del fix update info list dot policy index fetch manifest verify audit upgrade cache version stats search convdb convndx adbdump mkpkg mkndx adbsign extract',
    ),
    withValue: [
      '-X',
      '-p',
      '--root',
      '--repository',
      '--arch',
      '--keys-dir',
      '--cache-dir',
      '--repositories-file',
      '--wait',
    ],
  },
  {
    programs: ['dnf', 'yum', 'microdnf', 'tdnf'],
    actions: words(
      `install localinstall groupinstall reinstall remove erase autoremove update upgrade upgrade-minimal update-minimal downgrade distro-sync
      clean makecache check check-update info list search provides whatprovides repolist repoinfo repoquery group groups groupremove module
      history mark swap shell deplist updateinfo alias config-manager copr builddep download needs-restarting versionlock updatecheck
      advisory repo help reposync system-upgrade offline-upgrade debuginfo-install`,
    ),
    withValue: [
      '-c',
      '-x',
      '--enablerepo',
      '--disablerepo',
      '--repo',
      '--installroot',
      '--releasever',
      '--setopt',
      '--config',
      '--exclude',
    ],
  },
  {
    programs: ['pip', 'pip3'],
    actions: words(
      'install lock download uninstall freeze inspect list show check config search cache index wheel hash completion debug help',
    ),
    withValue: ['--python', '--proxy', '--log', '--timeout', '--cache-dir', '--cert', '--retries', '--trusted-host'],
  },
  {
    programs: ['go'],
    actions: words(
      'bug build clean doc env fix fmt generate get install list mod work run telemetry test tool version vet help',
    ),
    withValue: ['-C'],
  },
  {
    programs: ['cargo'],
    actions: words(
      `add bench build check clean clippy doc fetch fix fmt generate-lockfile help info init install locate-project login logout metadata
      miri new owner package pkgid publish read-manifest remove report run rustc rustdoc search test tree uninstall update vendor
      verify-project version yank b c d r t rm chef audit outdated edit upgrade binstall nextest llvm-cov tarpaulin watch make zigbuild xwin
      ndk component leptos deny udeps sqlx auditable strip tauri shuttle lambda pgrx sweep hack expand bloat crev geiger release rpm deb dist
      generate features machete criterion flamegraph lipo apk web kani prisma loco about`,
    ),
    withValue: ['--config', '--color', '-Z', '-C'],
  },
  {
    programs: ['git'],
    actions: words(
      `add am apply archive bisect blame branch bundle checkout cherry-pick clean clone commit config describe diff fetch format-patch gc grep
      init lfs log merge mv notes pull push rebase remote replace reset restore revert rev-list rev-parse rm show sparse-checkout stash status
      submodule subtree switch symbolic-ref tag update-index update-ref worktree ls-files ls-remote ls-tree cat-file hash-object read-tree
      write-tree commit-tree maintenance reflog shortlog help version credential filter-branch secret crypt flow annex show-ref fsck prune`,
    ),
    withValue: ['-C', '-c', '--git-dir', '--work-tree', '--exec-path', '--namespace'],
  },
  {
    programs: ['systemctl'],
    actions: words(
      `start stop restart reload enable disable reenable mask unmask status show cat edit list-units list-unit-files list-timers list-sockets
      is-active is-enabled is-failed daemon-reload daemon-reexec isolate kill preset preset-all set-default get-default reset-failed link
      revert set-property try-restart reload-or-restart poweroff reboot halt suspend import-environment set-environment`,
    ),
    withValue: ['-H', '-M', '-t', '-p', '--root', '--host', '--machine'],
  },
  {
    programs: ['dotnet'],
    actions: words(
      `add build build-server clean ef format fsi help list migrate msbuild new nuget pack package publish reference remove restore run sdk sln
      solution store test tool vstest watch workload dev-certs user-secrets user-jwts exec script sonarscanner outdated trace counters dump
      coverage completions project vsts`,
    ),
  },
  {
    programs: ['composer'],
    actions: words(
      `about archive audit browse home bump check-platform-reqs clear-cache clearcache cc config create-project depends why diagnose
      dump-autoload dumpautoload exec fund global init install i licenses list outdated prohibits why-not reinstall remove rm uninstall require
      r run-script run search self-update selfupdate show info status suggests update u upgrade validate help symfony normalize unused`,
    ),
    withValue: ['-d', '--working-dir'],
  },
  {
    programs: ['bundle'],
    actions: words(
      `add binstubs cache check clean config console doctor env exec fund gem help info init inject install issue licenses list lock open
      outdated package platform plugin pristine remove show update version viz audit`,
    ),
  },
  {
    programs: ['gem'],
    actions: words(
      `build cert check cleanup contents dependency environment exec fetch generate_index help info install list lock mirror open outdated owner
      pristine push query rdoc rebuild search server signin signout sources specification stale uninstall unpack update which yank compile env`,
    ),
  },
  {
    programs: ['poetry'],
    actions: words(
      'about add build cache check config debug env export help init install list lock new publish python remove run search self shell show source sync update version up plugin',
    ),
    withValue: ['-C', '-P', '--directory', '--project'],
  },
  {
    programs: ['uv'],
    actions: words(
      'auth run init add remove version sync lock export tree format tool python pip venv build publish cache self generate-shell-completion help audit',
    ),
    withValue: ['--directory', '--project', '--config-file', '--cache-dir', '--color'],
  },
  {
    programs: ['mvn', 'mvnw'],
    actions: words(
      `clean pre-clean post-clean validate initialize generate-sources process-sources generate-resources process-resources compile process-classes
      generate-test-sources process-test-sources generate-test-resources process-test-resources test-compile process-test-classes test
      prepare-package package pre-integration-test integration-test post-integration-test verify install deploy site pre-site post-site
      site-deploy`,
    ),
    withValue: [
      '-f',
      '-s',
      '-gs',
      '-pl',
      '-P',
      '-T',
      '-t',
      '-b',
      '-l',
      '-rf',
      '-D',
      '-am',
      '--file',
      '--settings',
      '--projects',
      '--activate-profiles',
    ],
  },
]

const byProgram: ReadonlyMap<string, { readonly tool: Tool; readonly slips: SlipFinder }> = new Map(
  tools.flatMap((tool) => {
    // Single letters are no words that somebody would mistype.
    const slips = slipFinder(
      tool.actions.filter((action) => action.length > 2),
      new Set(tool.actions),
    )
    return tool.programs.map((program) => [program, { tool, slips }])
  }),
)

/** A word that is a slip of what a tool can be told to do. */
export interface MistypedAction {
  readonly word: ShellWord
  readonly meant: string
}

/** The slip in what a tool is told to do: `apt-get instal`, `pip3 intsall`, `go biuld`. */
export function mistypedAction(command: ShellCommand): MistypedAction | undefined {
  const { program, words: rest } = ofPython(command)
  const found = byProgram.get(program)
  if (found === undefined) return undefined
  const { tool, slips } = found
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at]
    if (word === undefined || !word.isLiteral) return undefined
    if (/^[-+]/.test(word.value)) {
      if (tool.withValue?.includes(word.value) === true) at += 1
      continue
    }
    const meant = slips.find(word.value)
    return meant === undefined ? undefined : { word, meant }
  }
  return undefined
}

/** `python3 -m pip instal` */
function ofPython({ program, arguments: rest }: ShellCommand): {
  readonly program: string
  readonly words: readonly ShellWord[]
} {
  const isModule = /^python[0-9.]*$/.test(program) && rest[0]?.value === '-m' && rest[1]?.value === 'pip'
  if (isModule) return { program: 'pip', words: rest.slice(2) }
  return { program: /^pip[0-9.]+$/.test(program) ? 'pip' : program, words: rest }
}

function words(text: string): readonly string[] {
  return text.split(/\s+/)
}
