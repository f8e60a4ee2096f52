import type { EvaluatedCopy } from '../../evaluated.ts'
import { nestedScriptIndex, programName, shellNames } from '../../script/invocation.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { packageCommand, type PackageCommand } from './package-commands.ts'
import { isWithin, resolvePath } from './paths.ts'
import { lineageSteps, type StageFacts, type Step } from './stage-facts.ts'

/** Where shells look for programs, whatever PATH says. */
const programFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Packages that bring a program, or that need it or recommend it, besides those with the program in their name. */
const packagesWith: ReadonlyMap<string, RegExp> = new Map([
  ['curl', /^(?:apt-transport-s3|jenkins|rvm)/],
  ['wget', /^(?:busybox|debootstrap|rvm)/],
  ['git', /^(?:composer|devscripts|golang|mercurial|cargo|npm|yarn|alpine-sdk|abuild|build-)/],
  [
    'make',
    /^(?:build-|alpine-sdk|base-devel|autoconf|cmake|dpkg-dev|debhelper|devscripts|dkms|ruby|rails|php|python|npm|nodejs|g\+\+|gcc|qt)/,
  ],
  [
    'gcc',
    /^(?:build-|alpine-sdk|base-devel|g\+\+|musl-dev|clang|libtool|gfortran|ruby|rails|golang|cargo|rust|ghc|npm|dpkg-dev|cython|python3?-dev)/,
  ],
  ['g++', /^(?:build-|alpine-sdk|base-devel|gcc|clang|npm|dpkg-dev)/],
  ['bash', /^(?:alpine-sdk|abuild|maven|gradle|apache-ant|postgresql|texlive|asciidoctor|emacs|lldb|fish)/],
  ['pip', /^(?:python|py3-|virtualenv|pipx)/],
  ['pip3', /^(?:python|py3-|virtualenv|pipx)/],
  ['node', /^(?:nodejs|npm|yarn|nodesource)/],
  ['npm', /^(?:nodejs|nodesource|yarn)/],
  ['npx', /^(?:nodejs|nodesource|npm|yarn)/],
  ['php', /^(?:composer|phpmyadmin)/],
  ['composer', /^php-composer/],
  ['ruby', /^(?:rails|bundler|jekyll|vagrant)/],
  ['gem', /^(?:ruby|rails|bundler|jekyll)/],
  ['go', /^golang/],
  ['cargo', /^rust/],
  ['java', /^(?:openjdk|default-j|temurin|msopenjdk|maven|gradle|ant|tomcat|jenkins|libreoffice|bazel)/],
  ['mvn', /^maven/],
  ['useradd', /^shadow/],
  ['groupadd', /^shadow/],
  ['usermod', /^shadow/],
  ['unzip', /^(?:busybox|libarchive|default-j)/],
  ['gpg', /^(?:gnupg|dirmngr|software-properties|debian-keyring|devscripts|pinentry)/],
  ['ssh', /^(?:openssh|git)/],
  ['jq', /^(?:yq)/],
  ['rsync', /^(?:backuppc|rsnapshot)/],
  ['nc', /^(?:netcat|ncat|nmap|busybox|openbsd-netcat|gnu-netcat)/],
  ['ncat', /^nmap/],
  ['ps', /^procps/],
  ['pgrep', /^procps/],
  ['pkill', /^procps/],
  ['mysqladmin', /^(?:mysql|mariadb|default-mysql)/],
  ['mysql', /^(?:mariadb|default-mysql)/],
  ['psql', /^postgresql/],
  ['pg_isready', /^postgresql/],
  ['redis-cli', /^(?:redis|valkey)/],
  ['ping', /^(?:iputils|inetutils)/],
  ['ss', /^iproute/],
  ['netstat', /^net-tools/],
  ['dig', /^(?:dnsutils|bind)/],
  ['nslookup', /^(?:dnsutils|bind)/],
])

/** Whether it is known which packages bring a program. */
export function hasKnownPackages(program: string): boolean {
  return packagesWith.has(program) || oftenNeeded.has(program)
}

/** Programs that many packages need, so that nearly every installation may bring them. */
const oftenNeeded: ReadonlySet<string> = new Set(['python3', 'python', 'perl', 'openssl'])

/** Programs that may install anything. */
const installers: ReadonlySet<string> = new Set([
  ...[
    'make',
    'ninja',
    'cmake',
    'dpkg',
    'rpm',
    'ansible-playbook',
    'puppet',
    'chef-client',
    'nix',
    'nix-env',
    'brew',
    'snap',
    'task',
  ],
  ...['just', 'conda', 'mamba', 'micromamba', 'source', '.', 'eval', 'playwright', 'tar', 'unzip', 'bsdtar', 'cpio'],
])

/** The last part of a path that is a folder with programs in it more often than a program. */
const folderNames: ReadonlySet<string> = new Set([
  ...[
    '',
    '.',
    'bin',
    'sbin',
    'usr',
    'local',
    'root',
    'rootfs',
    'dist',
    'build',
    'out',
    'output',
    'install',
    'target',
    'release',
    'fs',
  ],
  ...['image', 'layer', 'overlay', 'staging', 'sysroot', 'tools', 'scripts', 'files', 'docker', 'binaries'],
])

/**
 * Whether a program is surely not in the image of a stage: its base lacks it, and no step could have brought it. Asked for one
 * stage, as it looks at all steps that make it.
 */
export function lacksProgram(stage: StageFacts, program: string): boolean {
  return stage.base.hasProgram(program) === false && !lineageSteps(stage).some((step) => mayProvide(step, program))
}

/** Whether a step may put a program where a shell finds it. Says yes where it cannot tell. */
export function mayProvide(step: Step, program: string): boolean {
  const { evaluated } = step
  if (evaluated.kind === 'copy' || evaluated.kind === 'add') return mayCopy(evaluated, step.workingDirectory, program)
  if (evaluated.kind !== 'run') return false
  const script = step.script()
  return script === undefined || script.commands.some((command) => mayInstall(command, program))
}

function mayCopy(copy: EvaluatedCopy, workingDirectory: string | undefined, program: string): boolean {
  const { sources, destination, inlineFiles, kind } = copy
  if (programName(destination) === program || inlineFiles.some(({ name }) => programName(name) === program)) return true
  if (sources.some((source) => programName(source) === program)) return true
  const folder = resolvePath(workingDirectory, destination)
  if (folder !== undefined && !programFolders.some((each) => isWithin(each, folder) || isWithin(folder, each)))
    return false
  return kind === 'add' || sources.some((source) => mayBeFolder(source))
}

/** Whether a path may be a folder with any programs in it: its name does not say that it is a file. */
export function mayBeFolder(source: string): boolean {
  const isPattern = /[*?[]/.test(source) && !/\.[a-z0-9]+$/.test(source)
  return source.endsWith('/') || isPattern || folderNames.has(programName(source).toLowerCase())
}

/** Whether a command may put a program where a shell finds it. Says yes where it cannot tell, and for a call of the program itself. */
export function mayInstall(command: ShellCommand, program: string): boolean {
  const asked = packageCommand(command)
  if (asked !== undefined) return asked.action !== 'remove' && asked.action !== 'clean' && mayBring(asked, program)
  // What it calls was there, or the build has failed before.
  if (command.program === program && !command.isConditional) return true
  if (command.program === '' && command.words.length > 0) return true
  if (installers.has(command.program) || runsScriptFile(command)) return true
  const takesScript = command.operatorBefore === '|' && /^(?:python|php|perl|ruby|node)/.test(command.program)
  return (
    takesScript ||
    command.arguments.some(({ value }) => mentions(value, program)) ||
    command.redirections.some(({ target }) => target !== undefined && mentions(target.value, program))
  )
}

/** Whether a word names a program: `/usr/bin/curl`, `--filename=composer`, `get-pip.py`. */
function mentions(word: string, program: string): boolean {
  const isLetter = (character: string): boolean => /^[A-Za-z]$/.test(character)
  if (program === '') return false
  for (let at = word.indexOf(program); at !== -1; at = word.indexOf(program, at + 1)) {
    if (!isLetter(word.charAt(at - 1)) && !isLetter(word.charAt(at + program.length))) return true
  }
  return false
}

function mayBring({ packages, manager }: PackageCommand, program: string): boolean {
  if (packages.length > 0 && oftenNeeded.has(program)) return true
  const isOfSystem = ['apt', 'apk', 'dnf', 'zypper', 'pacman'].includes(manager)
  return packages.some(({ value, isLiteral }) => {
    // A file, a group, a pattern, or a variable may be anything.
    if (isOfSystem && (!isLiteral || /^[@./]/.test(value) || value.includes('*'))) return true
    return value.includes(program) || packagesWith.get(program)?.test(value) === true
  })
}

/** `sh install.sh`, `./install.sh`, `/build/setup`. What a pipe hands to a shell is a script as well. */
function runsScriptFile(command: ShellCommand): boolean {
  const { program, programWord, arguments: words, operatorBefore } = command
  if (shellNames.has(program)) {
    return (
      operatorBefore === '|' || (nestedScriptIndex(command) === -1 && words.some(({ value }) => !/^[-+]/.test(value)))
    )
  }
  const path = programWord?.value ?? ''
  return path.endsWith('.sh') || (path.includes('/') && !programFolders.some((folder) => isWithin(path, folder)))
}
