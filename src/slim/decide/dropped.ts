import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import { wasteInUnit, type Waste } from './waste.ts'

const programFolder = /^\/(?:usr\/|usr\/local\/|busybox\/)?s?bin\//
const shells = /^(?:sh|bash|dash|ash|rbash|zsh|ksh|mksh|fish|busybox|csh|tcsh)(?:[\d.]+|\.static)?$/
const packageManagers =
  /^(?:apt|apt-.+|aptitude|dpkg|dpkg-.+|apk|yum|dnf|microdnf|rpm|rpm.+|npm|npx|corepack|yarn|yarnpkg|pnpm|pip[\d.]*|pipx|gem|bundle|bundler|cargo|composer|debconf.*|update-alternatives)$/
const compilers =
  /(?:^|-)(?:gcc|g\+\+|c\+\+|cpp|cc|clang|clang\+\+|ld|ld\.\w+|as|ar|ranlib|nm|strip|objdump|objcopy|readelf|make|cmake|ninja|rustc|javac|go|gofmt|gdb|m4|bison|flex)(?:-[\d.]+)?$/

interface PathRule extends Waste {
  readonly pattern: RegExp
}

/** In the order in which they are tried. */
const pathRules: readonly PathRule[] = [
  {
    pattern: /^\/usr\/(?:local\/)?(?:share\/)?(?:man|info|doc|doc-base|gtk-doc|help|lintian|bug)\//,
    cause: 'documentation',
    detail: '',
  },
  { pattern: /^\/usr\/(?:local\/)?include\//, cause: 'headers', detail: '' },
  {
    pattern:
      /^\/(?:var\/cache|root\/\.cache|root\/\.npm|root\/\.m2|root\/\.cargo\/registry|root\/\.gradle|tmp|var\/tmp|go\/pkg)\//,
    cause: 'cache',
    detail: '',
  },
  { pattern: /^\/var\/log\//, cause: 'cache', detail: 'a log' },
  {
    pattern:
      /^\/var\/lib\/(?:apt|dpkg|rpm|yum|dnf)\/|^\/(?:lib|usr\/lib)\/apk\/|^\/etc\/(?:apt|apk|dpkg|yum[^/]*|rpm)\//,
    cause: 'package-manager',
    detail: '',
  },
  { pattern: /^\/usr\/(?:lib|share)\/(?:apt|dpkg|debconf|perl5\/Debconf)\//, cause: 'package-manager', detail: '' },
  { pattern: /\/node_modules\/(?:npm|corepack|yarn|pnpm|node-gyp)\//, cause: 'package-manager', detail: '' },
  { pattern: /^\/usr\/share\/php\/(?:Composer|PEAR)\//, cause: 'package-manager', detail: '' },
  {
    pattern: /\/(?:site|dist)-packages\/(?:pip|setuptools|wheel|_distutils_hack|pkg_resources)(?:-[^/]*)?\//,
    cause: 'package-manager',
    detail: '',
  },
  {
    pattern: /^\/usr\/share\/locale\/|^\/usr\/(?:lib|share)\/(?:locale|i18n)\//,
    cause: 'unused',
    detail: 'a language that is not in use',
  },
  {
    pattern: /^\/usr\/local\/(?:go|rustup|cargo)\/|^\/usr\/(?:libexec|lib)\/(?:gcc|go[^/]*|llvm[^/]*|rustlib)(?:\/|$)/,
    cause: 'compiler',
    detail: '',
  },
  { pattern: /\.(?:a|la|o)$|\/pkgconfig\/|\/cmake\//, cause: 'compiler', detail: 'is for linking programs' },
  { pattern: /\/__pycache__\/|\.pyc$/, cause: 'cache', detail: 'compiled again when it is needed' },
]

/** Why a path goes that nothing keeps. */
export function dropReason(entry: FileEntry): Waste {
  const { path, kind, mode } = entry
  const isProgram = programFolder.test(path)
  const name = posix.basename(path)
  if (kind === 'file' && (mode & 0o6000) !== 0) return { cause: 'setuid', detail: '' }
  if (isProgram && shells.test(name)) return { cause: 'shell', detail: '' }
  if (isProgram && packageManagers.test(name)) return { cause: 'package-manager', detail: '' }
  if (isProgram && compilers.test(name)) return { cause: 'compiler', detail: '' }
  const rule = pathRules.find(({ pattern }) => pattern.test(kind === 'directory' ? `${path}/` : path))
  if (rule !== undefined) return { cause: rule.cause, detail: rule.detail }
  return wasteInModules(path) ?? { cause: 'unused', detail: '' }
}

function wasteInModules(path: string): Waste | undefined {
  const node = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\/(.+)$/.exec(path)?.[1]
  if (node !== undefined) return wasteInUnit(node, 'node')
  const python = /^.*\/(?:site|dist)-packages\/(.+)$/.exec(path)?.[1]
  if (python !== undefined) return wasteInUnit(python, 'python')
  if (/\/cache\/[^/]+\.gem$/.test(path)) return { cause: 'cache', detail: 'a gem as it was downloaded' }
  if (/\/extensions\/.*\/(?:mkmf\.log|gem_make\.out)$/.test(path))
    return { cause: 'cache', detail: 'what a build leaves behind' }
  if (/\/doc\/[^/]+-[^/]+\/(?:ri|rdoc)\//.test(path)) return { cause: 'documentation', detail: '' }
  const ruby = /^.*\/gems\/[^/]+-\d[^/]*\/(.+)$/.exec(path)?.[1]
  if (ruby !== undefined) return wasteInUnit(ruby, 'ruby')
  const php = /^.*\/vendor\/[^/]+\/[^/]+\/(.+)$/.exec(path)?.[1]
  return php === undefined ? undefined : wasteInUnit(php, 'php')
}

/** Whether a file is a shell: what may only stay when something needs it. */
export function isShell(path: string): boolean {
  return programFolder.test(path) && isShellName(posix.basename(path))
}

/** Whether a program of that name is a shell. */
export function isShellName(name: string): boolean {
  return shells.test(name)
}

/** Programs that are many in one, and know by their name which: a link to them is a program of its own. */
export function isManyPrograms(path: string): boolean {
  return /^(?:busybox(?:\.static)?|coreutils|toybox|sbase-box|uutils)$/.test(posix.basename(path))
}
