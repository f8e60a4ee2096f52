import { posix } from 'node:path'
import type { BuildContext } from '../../build-context.ts'
import type { EvaluatedCopy } from '../../evaluated.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { runCommands } from './built-steps.ts'
import { findSource, hasWildcard } from './context-sources.ts'
import { packageCommand, type PackageCommand } from './package-commands.ts'
import { isWithin, resolvePath } from './paths.ts'
import { isRemoteSource } from './remote-source.ts'
import type { StageFacts, Step } from './stage-facts.ts'

/** Folders that images of distributions and languages have. What is elsewhere, the file puts there. */
const usualFolders: ReadonlySet<string> = new Set(
  'bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var go nix cargo busybox'.split(
    ' ',
  ),
)

/** Images in which some of these folders are empty, so that a project may have its files there. */
const plainImages: ReadonlySet<string> = new Set(
  `alpine debian ubuntu fedora almalinux rockylinux amazonlinux busybox node python golang ruby rust openjdk eclipse-temurin amazoncorretto
  maven gradle`.split(/\s+/),
)

/**
 * Whether the base of a stage may have a file or folder. Images of distributions and languages have nothing outside of the usual
 * folders; others may have anything.
 */
export function mayBaseHave({ base, evaluated }: StageFacts, path: string): boolean {
  if (base.isScratch) return path === '/'
  // What ONBUILD of the base brings is only known where somebody has told the image.
  if (base.tag?.words.has('onbuild') === true && evaluated.baseImage === undefined) return true
  const { officialName } = base
  const isOfficial = officialName !== undefined && !officialName.includes('/')
  const isKnown = isOfficial
    ? base.distribution !== undefined
    : base.hasShell === false && base.distribution !== undefined
  if (!isKnown) return true
  if (plainImages.has(officialName ?? '') && /^\/(?:usr\/src|srv)\/./.test(path)) return false
  return usualFolders.has(path.split('/')[1] ?? '')
}

/** Whether a step may put a file at a path. Says yes where it cannot tell. */
export function mayPutFile(step: Step, path: string, context: BuildContext | undefined): boolean {
  const { evaluated } = step
  if (evaluated.kind === 'copy' || evaluated.kind === 'add')
    return mayCopyTo(evaluated, step.workingDirectory, path, context)
  if (evaluated.kind !== 'run') return false
  return step.script() === undefined || runCommands(step).some((command) => mayMake(command, path))
}

function mayCopyTo(
  copy: EvaluatedCopy,
  workingDirectory: string | undefined,
  path: string,
  context: BuildContext | undefined,
): boolean {
  const destination = resolvePath(workingDirectory, copy.destination)
  if (destination === undefined) return true
  const folder = destination.length > 1 ? destination.replace(/\/$/, '') : destination
  if (folder === path) return true
  if (!isWithin(path, folder)) return false
  if (copy.instruction.kind === 'copy' && copy.instruction.parents) return true
  const [first = ''] = posix.relative(folder, path).split('/')
  const isDirect = posix.relative(folder, path) === first
  if (copy.inlineFiles.some(({ name }) => name === first)) return true
  return copy.sources.some((source) => mayHold(copy, source, first, isDirect, context))
}

/** Whether a source brings a name, or a folder whose content may have it. */
function mayHold(
  copy: EvaluatedCopy,
  source: string,
  name: string,
  isDirect: boolean,
  context: BuildContext | undefined,
): boolean {
  const own = posix.basename(source)
  if (own === name || copy.kind === 'add' || isRemoteSource(source)) return true
  if (hasWildcard(own) || source.includes('$') || ['', '.', '..', '/'].includes(own) || source.endsWith('/'))
    return true
  if (copy.fileSource === undefined && context !== undefined) {
    const { kind } = findSource(context, source)
    if (kind === 'file') return false
    if (kind === 'directory') return folderMayHave(context, source, name)
    // Another rule speaks of it, and what is meant may be what is looked for.
    if (kind === 'missing') return true
  }
  return !isFileByName(source) || !isDirect
}

function folderMayHave(context: BuildContext, source: string, name: string): boolean {
  const { kind } = findSource(context, posix.join(source, name))
  return kind !== 'missing' && kind !== 'ignored'
}

/** Files with a known extension or place, which are no folders. */
function isFileByName(source: string): boolean {
  const name = posix.basename(source)
  if (
    /\.(?:json|ya?ml|toml|lock|txt|md|js|mjs|cjs|ts|py|rb|php|go|rs|java|jar|war|sh|conf|cfg|ini|env|xml|sql|html?|css|pem|crt|key|so(?:\.\d+)*|mod|sum|csproj|sln|gradle|kts|exs?|whl|deb|rpm|apk|tgz|gz|zip|dll|exe)$/i.test(
      name,
    )
  )
    return true
  return (
    /(?:^|\/)s?bin\/[\w.-]+$/.test(source) ||
    /(?:^|\/)target\/(?:[\w-]+\/)?release\/[\w-]+$/.test(source) ||
    /^(?:Gemfile|Makefile|Dockerfile|Procfile|Rakefile|Pipfile|go\.(?:mod|sum)|mvnw|gradlew|LICENSE)$/.test(name)
  )
}

/** Commands that put nothing where a project has its files. */
const harmless: ReadonlySet<string> = new Set(
  `addgroup adduser groupadd useradd usermod groupmod deluser userdel chmod chown chgrp mkdir rm rmdir rmmod set cd true test [ : echo printf
  export umask ulimit locale-gen update-locale dpkg-reconfigure update-ca-certificates ldconfig ls cat which command hash type apt-mark
  apt-cache apt-key gpg sha256sum setcap corepack npm-config passwd chpasswd visudo ln-check find sync exit sleep date id whoami
  pwd uname node-version go-version a2enmod a2ensite docker-php-ext-install docker-php-ext-enable docker-php-ext-configure pecl
  fc-cache update-alternatives rustup`.split(/\s+/),
)

/** Whether a command may make a file at a path, or a folder that has it. */
export function mayMake(command: ShellCommand, path: string): boolean {
  const { program, words, redirections, arguments: rest } = command
  const isWritten = redirections.some(({ operator, target }) => operator.includes('>') && mayBe(target?.value, path))
  if (isWritten) return true
  const asked = packageCommand(command)
  if (asked !== undefined) return asked.action === 'install' && mayPackagesMake(asked)
  if (words.length === 0) return false
  if (program === 'wget') return true
  if (['curl', 'tee', 'mkdir'].includes(program)) return rest.some(({ value }) => mayBe(value, path))
  return !harmless.has(program) && !isSetting(command)
}

/** `npm config set`, `git config`: what they write is elsewhere. */
function isSetting({ program, arguments: words }: ShellCommand): boolean {
  return (
    ['npm', 'yarn', 'pnpm', 'git', 'pip', 'pip3', 'go', 'poetry', 'bundle'].includes(program) &&
    ['config', 'env', 'set', '--version', '-v', 'version'].includes(words[0]?.value ?? '')
  )
}

/** Package managers of projects write to the project's folder; others to the folders of the system. */
function mayPackagesMake({ manager, packages, options }: PackageCommand): boolean {
  if (packages.some(({ value }) => /^[./$]/.test(value)) && manager !== 'pip') return true
  const isOfProject = ['npm', 'yarn', 'pnpm', 'composer'].includes(manager)
  const isGlobal = options.some(({ value }) => value === '-g' || value === '--global' || value.startsWith('--location'))
  return isOfProject && packages.length > 0 && !isGlobal
}

/** Whether a word names a path, or leaves it open. */
function mayBe(word: string | undefined, path: string): boolean {
  if (word === undefined || word.includes('$')) return true
  return posix.basename(word) === posix.basename(path)
}
