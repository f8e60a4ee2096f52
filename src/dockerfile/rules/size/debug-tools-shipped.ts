import type { TextEdit } from '../../edit.ts'
import type { ShellWord } from '../../shell-command.ts'
import { removeListedWords } from '../edits/remove-listed-words.ts'
import { fixOf } from '../edits/replace-text.ts'
import { isForDevelopment } from '../facts/development-images.ts'
import { packageCommand } from '../facts/package-commands.ts'
import { shippedRuns } from '../facts/shipped-steps.ts'
import { programName } from '../../script/invocation.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** Packages for people who look into a running system, by their names in Debian, Alpine and Fedora. */
// prettier-ignore
const debugTools: ReadonlySet<string> = new Set([
  'vim', 'vim-tiny', 'vim-nox', 'vim-enhanced', 'vim-minimal', 'neovim', 'nano', 'emacs', 'emacs-nox', 'emacs-nw', 'joe', 'mc',
  'man', 'man-db', 'man-pages', 'mandoc', 'tmux', 'screen', 'htop', 'btop', 'atop', 'iotop', 'tree',
  'gdb', 'gdbserver', 'strace', 'ltrace', 'valgrind', 'lsof', 'perf', 'linux-perf', 'sysstat',
  'tcpdump', 'tshark', 'wireshark', 'nmap', 'telnet', 'inetutils-telnet', 'busybox-extras', 'netcat', 'netcat-traditional',
  'netcat-openbsd', 'nmap-ncat', 'net-tools', 'iputils-ping', 'iputils', 'inetutils-ping', 'traceroute', 'mtr', 'mtr-tiny',
  'dnsutils', 'bind9-dnsutils', 'bind-tools', 'bind-utils', 'iftop', 'iperf', 'iperf3',
])

/** Tools for looking into a running container are in the image that is shipped. */
export const debugToolsShipped: Rule = {
  name: 'DebugToolsShipped',
  category: 'size',
  severity: 'information',
  summary: 'editors, debuggers or network tools are in the image',
  check(file, report) {
    if (isForDevelopment(file)) return
    const needed = programsUsed(file)
    for (const { commands } of shippedRuns(file)) {
      const edits: (TextEdit | undefined)[] = []
      const tools = commands.flatMap((command): readonly ShellWord[] => {
        const asked = packageCommand(command)
        if (asked?.action !== 'install' || !['apt', 'apk', 'dnf', 'zypper', 'pacman'].includes(asked.manager)) return []
        const found = asked.packages.filter((word) => word.isLiteral && isTool(nameOf(word), needed))
        // Without a package there would be nothing to install.
        const isAll = found.length > 0 && found.length === asked.packages.length
        edits.push(...((isAll ? undefined : removeListedWords(file.document, command, new Set(found))) ?? [undefined]))
        return found
      })
      const [first, ...others] = tools
      if (first === undefined) continue
      const names = tools.map((word) => nameOf(word))
      report({
        message: `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}: for people, not for the program`,
        range: first.range,
        cost: 'Each comes with libraries, has vulnerabilities of its own, and helps whoever breaks in.',
        hint: 'Bring tools along when they are needed: kubectl debug and docker debug attach an image that has them.',
        related: others.slice(0, 5).map(({ range }) => ({ message: 'and this', range })),
        ...fixOf(`remove ${names.length === 1 ? (names[0] ?? '') : 'them'}`, 'unsafe', edits),
      })
    }
  },
}

function nameOf({ value }: ShellWord): string {
  return value.replace(/[=~<>:/].*$/, '')
}

function isTool(name: string, needed: ReadonlySet<string>): boolean {
  return debugTools.has(name) && !needed.has(name) && !(needed.has('nc') && name.startsWith('netcat'))
}

/** What the container itself runs: a HEALTHCHECK with `nc` has a use for netcat. */
function programsUsed({ target }: RuleInput): ReadonlySet<string> {
  const { entrypoint, cmd, healthcheck } = target?.end ?? {}
  const lines = [entrypoint?.command, cmd?.command, healthcheck?.command]
  const words = lines.flatMap((line) => {
    if (line === undefined) return []
    return line.form === 'exec' ? line.arguments.map(({ value }) => value) : line.text.value.split(/[\s;&|]+/)
  })
  return new Set(words.map((word) => programName(word)))
}
