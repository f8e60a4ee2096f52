import { packageCommand } from './package-commands.ts'
import type { PackageManager } from './package-managers.ts'
import { isWithin, resolvePath } from './paths.ts'
import { mayBeFolder } from './provided-programs.ts'
import { runCommands } from './built-steps.ts'
import { nestedScriptIndex, shellNames } from '../../script/invocation.ts'
import type { Step } from './stage-facts.ts'

/** Files that programs look for in an image, and what brings them. */
export interface SystemFiles {
  /** Where they are. */
  readonly paths: readonly string[]
  /** What the name of a path or of a package says of them. */
  readonly name: RegExp
  /** Variables that say where they are, if elsewhere. */
  readonly variables: readonly string[]
  /** Package managers of which other packages may bring them as well. */
  readonly mayComeWith: readonly PackageManager[]
}

/** The certificates of authorities. */
export const certificateFiles: SystemFiles = {
  paths: ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'],
  name: /ca[-_.]?cert|ca[-_.]?bundle|ssl|certs?\b|\.pem$|\.crt$|pki/i,
  variables: ['SSL_CERT_FILE', 'SSL_CERT_DIR'],
  mayComeWith: ['apt', 'dnf', 'zypper', 'pacman'],
}

/** The database of time zones. */
export const timeZoneFiles: SystemFiles = {
  paths: ['/usr/share/zoneinfo', '/etc/localtime'],
  name: /zoneinfo|tzdata|localtime|postgresql/i,
  variables: ['ZONEINFO', 'TZDIR'],
  mayComeWith: ['apt', 'dnf', 'zypper', 'pacman'],
}

/** Whether a step may bring files of a kind. Says yes where it cannot tell. */
export function mayBringFiles(step: Step, files: SystemFiles): boolean {
  const { evaluated } = step
  if (evaluated.kind === 'env') return evaluated.pairs.some(({ name }) => files.variables.includes(name))
  if (evaluated.kind === 'copy' || evaluated.kind === 'add') {
    const folder = resolvePath(step.workingDirectory, evaluated.destination)
    if ([...evaluated.sources, evaluated.destination].some((path) => files.name.test(path))) return true
    const isAround = folder === undefined || files.paths.some((path) => isWithin(path, folder))
    return isAround && (evaluated.kind === 'add' || evaluated.sources.some((source) => mayBeFolder(source)))
  }
  if (evaluated.kind !== 'run') return false
  return (
    step.script() === undefined ||
    runCommands(step).some((command) => {
      const asked = packageCommand(command)
      if (asked !== undefined) {
        const isInstall = asked.action === 'install' || asked.action === 'upgrade'
        return (
          isInstall &&
          (files.mayComeWith.includes(asked.manager) ||
            asked.packages.some(({ value, isLiteral }) => !isLiteral || files.name.test(value)))
        )
      }
      const isScript = shellNames.has(command.program) && nestedScriptIndex(command) === -1
      const texts = [...command.words, ...command.redirections.flatMap(({ target }) => target ?? [])]
      return (
        isScript ||
        command.programWord?.value.endsWith('.sh') === true ||
        texts.some(({ value }) => files.name.test(value))
      )
    })
  )
}
