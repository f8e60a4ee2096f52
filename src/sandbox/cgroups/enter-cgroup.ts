const script = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"'

/** The command, run in these cgroups: whatever it starts is in them too. */
export function inCgroups(directories: readonly string[], command: readonly string[]): readonly string[] {
  return directories.length === 0 ? command : ['sh', '-c', script, 'sh', ...directories, '--', ...command]
}
