import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { baseSandbox } from './base-images.ts'
import type { CommandSandbox } from './command.ts'
import {
  addSuite,
  debOf,
  startMirror,
  type ArchiveFiles,
  type PackageParts,
  type TestMirror,
} from './debian-archive.ts'
import { makeSigningKey } from './debian-signing.ts'

/** A sandbox with a cache of its own, and a mirror with a suite bookworm of a few small packages. */
export interface BaseArchive extends AsyncDisposable {
  readonly sandbox: CommandSandbox
  readonly mirror: TestMirror
  /** The recipe `app.yaml` of the sandbox, which asks for the package app. */
  readonly recipe: string
  /** Puts other packages into the suite. */
  readonly publish: (packages: readonly PackageParts[]) => Promise<void>
}

const copyright =
  'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: Ada\nLicense: Expat\n'

/** A package with a program, a licence, and the changelog that is given. */
export function appPackage(version: string, changelog: string): PackageParts {
  return {
    ...{ name: 'app', version },
    fields: 'Depends: lib\nDescription: an app\n',
    files: {
      './usr/bin/app': `#!/bin/sh\necho ${version}\n`,
      './usr/share/doc/app/copyright': copyright,
      './usr/share/doc/app/changelog.Debian.gz': gzipSync(changelog),
    },
  }
}

export const libPackage: PackageParts = {
  name: 'lib',
  version: '2.0',
  fields: 'Description: a library\n',
  files: { './usr/lib/lib': 'lib', './usr/share/doc/lib/copyright': copyright },
}

export async function baseArchive(): Promise<BaseArchive> {
  await using stack = new AsyncDisposableStack()
  const cache = stack.use(await temporaryDirectory())
  const sandbox = stack.use(await baseSandbox({ XDG_CACHE_HOME: cache.path, WHERRY_DEBIAN_MIRROR: '' }))
  const key = await makeSigningKey()
  const files: ArchiveFiles = new Map()
  const mirror = stack.use(await startMirror(files))
  let dateMs = Date.now() - 3_600_000
  const publish = async (packages: readonly PackageParts[]): Promise<void> => {
    const built = await Promise.all(packages.map(async (parts) => ({ ...parts, deb: await debOf(parts) })))
    dateMs += 1000
    await addSuite(files, { suite: 'bookworm', key, packages: built, date: new Date(dateMs) })
  }
  await publish([appPackage('1.0-1', 'app (1.0-1) stable; urgency=low\n'), libPackage])
  await writeFile(join(sandbox.path, 'key.asc'), key.armour)
  const recipe = {
    ...{ suite: 'bookworm', pockets: [], mirror: mirror.address, keyring: 'key.asc' },
    ...{ architecture: 'amd64', packages: ['app'], command: ['app'] },
  }
  await writeFile(join(sandbox.path, 'app.yaml'), JSON.stringify(recipe))
  const owned = stack.move()
  return { sandbox, mirror, recipe: './app.yaml', publish, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
