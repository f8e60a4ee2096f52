import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TarContent } from '../../archive/tar-entry.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import { byteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { accountLines, accountsOf } from '../provide/accounts.ts'
import type { RecipeLink } from '../recipe.ts'
import type { MadeFile } from '../tree/placed.ts'
import { packagesFolder, type RootSandbox } from './root-sandbox.ts'
import { runOrThrow } from './run-or-throw.ts'

/**
 * Puts files into a root, over what is there. The tar of the root does it: links that lead out of the root lead nowhere for it.
 *
 * @throws BaseError `script-failed`, `not-possible-here`
 */
export async function putFiles(
  sandbox: RootSandbox,
  files: readonly MadeFile[],
  recipe: string,
  job: Job,
): Promise<void> {
  if (files.length === 0) return
  const name = 'files.tar'
  const contents = files.map((file) => tarContent(file, sandbox.dateSeconds))
  await writeFile(join(sandbox.packages, name), writeTar(contents, job))
  const options = ['--extract', '--preserve-permissions', '--numeric-owner', '--keep-directory-symlink']
  const command = ['tar', ...options, '--file', `${packagesFolder}/${name}`, '--directory', '/']
  await runOrThrow(sandbox, command, `recipe ${recipe}: its files could not be written`, job)
}

function tarContent(file: MadeFile, dateSeconds: number): TarContent {
  const { kind, mode, uid, gid } = file
  const content = file.kind === 'file' ? file.content : Buffer.alloc(0)
  return {
    entry: {
      ...{
        path: kind === 'directory' ? `${file.path}/` : file.path,
        kind,
        mode,
        uid,
        gid,
        userName: '',
        groupName: '',
      },
      linkTarget: file.kind === 'symbolic-link' ? file.linkTarget : '',
      sizeBytes: content.length,
      modified: { seconds: dateSeconds, nanoseconds: 0 },
      ...{ deviceMajor: 0, deviceMinor: 0, sparse: undefined, xattrs: new Map() },
    },
    body: byteStream(content),
  }
}

/** Each file in the arguments gets a line, in the place of that which begins with the same name. */
const putLines = `set -e
while [ $# -gt 0 ]; do
  if [ -e "$1" ]; then
    { grep -v "^\${2%%:*}:" "$1" || :; printf '%s\\n' "$2"; } > /run/lines
    cat /run/lines > "$1"
  fi
  shift 2
done
`

/**
 * Adds the users and groups of a recipe to those that the packages have made. Nobody can log in with a password.
 *
 * @throws BaseError `script-failed`, `not-possible-here`
 */
export async function addAccounts(sandbox: RootSandbox, link: RecipeLink, job: Job): Promise<void> {
  const lines = accountFiles(link, sandbox.dateSeconds)
  if (lines.length === 0) return
  const command = ['sh', '-c', putLines, 'sh', ...lines.flat()]
  await runOrThrow(sandbox, command, `recipe ${link.name}: its users could not be added`, job)
}

/** passwd(5), group(5), shadow(5) and gshadow(5): a file and a line of it. */
export function accountFiles(link: RecipeLink, dateSeconds: number): readonly (readonly [string, string])[] {
  const accounts = accountsOf([link])
  const { passwd, group, shadow } = accountLines(accounts, dateSeconds)
  const gshadow = accounts.groups.map(({ name, members = [] }) => `${name}:*::${members.join(',')}`)
  const files = { '/etc/passwd': passwd, '/etc/group': group, '/etc/shadow': shadow, '/etc/gshadow': gshadow }
  return Object.entries(files).flatMap(([path, lines]) => lines.map((line) => [path, line] as const))
}
