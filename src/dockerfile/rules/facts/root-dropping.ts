import type { CommandInstruction } from '../../instruction.ts'
import { programName, shellNames } from '../../script/invocation.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { readCommandLine } from '../../shell-script.ts'
import type { RuleInput } from '../rule.ts'
import type { BaseFacts } from './base-images.ts'
import { runCommands } from './built-steps.ts'
import { containerCommand } from './container-command.ts'
import { copiedText } from './context-files.ts'
import { packageCommand } from './package-commands.ts'
import { resolvePath } from './paths.ts'
import { lineageSteps, type Step } from './stage-facts.ts'

/** Programs that run another one as somebody else. */
const steppers: ReadonlySet<string> = new Set([
  ...[
    'gosu',
    'su-exec',
    'setpriv',
    'runuser',
    'su',
    'chroot',
    's6-setuidgid',
    'setuidgid',
    'chpst',
    'setuser',
    'fixuid',
    'capsh',
  ],
])

/** Programs that begin as root and give their work to processes of other users, or that cannot do without root. */
const programsThatDrop =
  /^(?:nginx|httpd|httpd-foreground|apache2|apache2-foreground|apache2ctl|apachectl|php-fpm[0-9.]*|haproxy|postfix|dovecot|named|unbound|dnsmasq|sshd|crond?|dockerd|dockerd-entrypoint\.sh|systemd|init|s6-svscan|runsvdir|my_init|openvpn|keepalived|vsftpd|chronyd)$/

/**
 * Images whose entrypoint goes on as another user, or whose program does: as their Dockerfiles and entrypoints say
 * (github.com/docker-library), November 2026.
 */
const imagesThatDrop: ReadonlySet<string> = new Set([
  ...[
    'nginx',
    'httpd',
    'postgres',
    'mysql',
    'mariadb',
    'percona',
    'mongo',
    'redis',
    'valkey/valkey',
    'valkey',
    'rabbitmq',
    'cassandra',
  ],
  ...[
    'couchdb',
    'couchbase',
    'influxdb',
    'telegraf',
    'zookeeper',
    'neo4j',
    'consul',
    'hashicorp/consul',
    'vault',
    'hashicorp/vault',
  ],
  ...[
    'ghost',
    'wordpress',
    'nextcloud',
    'drupal',
    'joomla',
    'mediawiki',
    'matomo',
    'phpmyadmin',
    'redmine',
    'flink',
    'storm',
  ],
  ...[
    'eclipse-mosquitto',
    'postgis/postgis',
    'timescale/timescaledb',
    'pgvector/pgvector',
    'rethinkdb',
    'arangodb',
    'docker',
  ],
  ...['registry.k8s.io/etcd', 'portainer/portainer-ce', 'phusion/baseimage', 'linuxserver/nginx'],
])

const scriptBytesMax = 65_536

/**
 * Whether a container that begins as root goes on as somebody else, or cannot do without root: by its base, by its program, or by a
 * tool for that. Undefined where an entrypoint script decides that nobody can read.
 */
export function dropsRoot(file: RuleInput): boolean | undefined {
  const { target } = file
  if (target === undefined) return undefined
  const steps = lineageSteps(target)
  const { entrypoint, cmd } = containerCommand(file)
  if (entrypoint === undefined && isImageThatDrops(target.base)) return !namesOtherProgram(cmd)
  const programs = [entrypoint, cmd].flatMap((instruction) => programsOf(instruction))
  if (programs.some((command) => stepsDown(command)) || steps.some((step) => bringsStepper(step))) return true
  const [first] = programs
  const word = first?.programWord?.value ?? ''
  const path = resolvePath(target.end.workingDirectory, word)
  if (path === undefined || !/\.sh$|entrypoint|init/.test(path) || !isCopied(steps, word)) return false
  const script = copiedText(steps, path, file.context, scriptBytesMax)
  if (script === undefined) return undefined
  return /\b(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|setuidgid|chpst|su)\s+(?:-|[a-z$"{])|--userspec/.test(
    script.text,
  )
}

/** Whether a script may come from the file, and not from the base: it is named by its place, or a COPY names it. */
function isCopied(steps: readonly Step[], word: string): boolean {
  const name = programName(word)
  return (
    word.includes('/') ||
    steps.some(
      ({ evaluated }) =>
        (evaluated.kind === 'copy' || evaluated.kind === 'add') &&
        [...evaluated.sources, evaluated.destination].some((path) => programName(path) === name),
    )
  )
}

/** Whether an image is one of a server that does, if it gets its own program. */
export function isImageThatDrops({ officialName, tag }: BaseFacts): boolean {
  if (officialName === undefined) return false
  const isServer = officialName === 'php' && (tag?.words.has('apache') === true || tag?.words.has('fpm') === true)
  return isServer || imagesThatDrop.has(officialName)
}

/** Whether CMD has another program than the one that the image is for. Arguments and unknown programs are taken for its own. */
function namesOtherProgram(cmd: CommandInstruction | undefined): boolean {
  const [first] = programsOf(cmd)
  return first !== undefined && /^(?:node|python[0-9.]*|java|ruby|php|dotnet|sleep|tail)$/.test(first.program)
}

/** The commands of CMD or ENTRYPOINT. Of a shell with a script, those of the script as well. */
function programsOf(instruction: CommandInstruction | undefined): readonly ShellCommand[] {
  return instruction === undefined ? [] : readCommandLine(instruction.command).commands
}

function stepsDown({ program, wrappers, programWord }: ShellCommand): boolean {
  if (wrappers.some((wrapper) => steppers.has(wrapper)) || steppers.has(program)) return true
  return programsThatDrop.test(program) || /^\/(?:sbin\/)?init$/.test(programWord?.value ?? '')
}

/** Whether a step puts a program into the image that runs others as somebody else: that is what it is for. */
function bringsStepper(step: Step): boolean {
  const { evaluated } = step
  if (evaluated.kind === 'copy' || evaluated.kind === 'add') {
    return [...evaluated.sources, evaluated.destination].some((path) => isStepperFile(path))
  }
  return runCommands(step).some((command) => {
    const packages = packageCommand(command)?.packages ?? []
    if (packages.some(({ value }) => steppers.has(value.split(/[=~<>]/, 1)[0] ?? ''))) return true
    return shellNames.has(command.program) ? false : command.arguments.some(({ value }) => isStepperFile(value))
  })
}

function isStepperFile(path: string): boolean {
  return /\/(?:gosu|su-exec|s6-overlay|fixuid)\b/.test(path) || /^(?:gosu|su-exec)$/.test(programName(path))
}
