import { posix } from 'node:path'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'

const archive = /\.(?:tar|tar\.\w+|tgz|tbz2?|txz|zip|7z|rar|jar|war|deb|rpm|apk|whl|gem|run|bin)$/i

/** Installers that are scripts by their name, and hold hundreds of megabytes. */
const largeInstaller = /(?:mini|ana)conda|(?:mini|mamba)forge/i

/** Whether a file is an archive or a package by its name. Variables in it are as they are written. */
export function isArchive(path: string): boolean {
  return archive.test(path) || (path.endsWith('.sh') && largeInstaller.test(posix.basename(path)))
}

/**
 * The words of a command that may name archives which it unpacks, or installs from: `tar -xf`, `unzip`, `dpkg -i`,
 * `apt-get install ./x.deb`.
 */
export function unpackedArchives(command: ShellCommand): readonly ShellWord[] {
  if (!unpacks(command)) return []
  const isShell = command.program === 'sh' || command.program === 'bash'
  return command.arguments.filter(({ value }) => !value.startsWith('-') && (!isShell || isArchive(value)))
}

function unpacks({ program, arguments: words, programWord }: ShellCommand): boolean {
  const values = words.map(({ value }) => value)
  const [first = ''] = values
  const has = (pattern: RegExp): boolean => values.some((value) => pattern.test(value))
  switch (program) {
    case 'tar':
    case 'bsdtar':
      return /^-?[a-zA-Z]*x/.test(first) || has(/^-[a-zA-Z]*x|^--(?:extract|get)$/)
    case 'unzip':
      return !has(/^-[a-zA-Z]*[ltp]/)
    case '7z':
    case '7za':
    case '7zr':
    case 'unrar':
      return first === 'x' || first === 'e'
    case 'jar':
      return /^-?[a-z]*x/.test(first) || has(/^--extract$/)
    case 'dpkg':
      return has(/^(?:-i|--install|-x|--extract)$/)
    case 'rpm':
      return has(/^-[a-zA-Z]*[iU]|^--(?:install|upgrade)$/)
    case 'apt':
    case 'apt-get':
    case 'dnf':
    case 'yum':
    case 'microdnf':
    case 'pip':
    case 'pip3':
    case 'gem':
      return has(/^(?:install|localinstall)$/)
    case 'apk':
      return has(/^add$/)
    case 'sh':
    case 'bash':
      return true
    default:
      return programWord !== undefined && isArchive(programWord.value) && programWord.value.includes('/')
  }
}
