import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { openResult, withPreparedCase, type BuildPeer } from './build-peers.ts'
import { output } from './engines.ts'

/**
 * Debian's buildah with a storage of its own, as root. It knows fewer flags than BuildKit.
 *
 * @param layout the folder of an image layout with the base images.
 * @param bases their names.
 */
export async function startBuildah(layout: string, bases: Iterable<string>): Promise<BuildPeer> {
  await using owned = new AsyncDisposableStack()
  const { path } = owned.use(await temporaryDirectory())
  const policy = join(path, 'policy.json')
  await writeFile(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }))
  const storage = ['--root', join(path, 'root'), '--runroot', join(path, 'run'), '--storage-driver', 'vfs']
  const buildah = async (command: string, ...words: readonly string[]): Promise<string> =>
    await output('buildah', [...storage, command, ...words])
  for (const name of bases) {
    const target = `containers-storage:[vfs@${join(path, 'root')}+${join(path, 'run')}]${name}`
    await output('skopeo', ['copy', '--quiet', '--policy', policy, `oci:${layout}:${name}`, target])
  }
  const moved = owned.move()
  return {
    name: (await buildah('--version')).trim(),
    build: async (each) =>
      await withPreparedCase(each, async (prepared, buildArguments) => {
        await using result = new AsyncDisposableStack()
        const folder = result.use(await temporaryDirectory())
        const archive = join(folder.path, 'image.tar')
        const name = `localhost/cases/${each.name}:1`
        await buildah(
          ...([
            'build',
            '--tag',
            name,
            '--file',
            join(prepared.context, 'Dockerfile'),
            '--layers',
            '--no-cache',
          ] as const),
          ...['--pull-never', '--quiet', '--format', 'docker', '--identity-label=false', '--isolation', 'chroot'],
          ...['--signature-policy', policy],
          ...Object.entries(buildArguments).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
          ...Object.entries(each.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
          ...[...prepared.contexts].flatMap(([key, local]) => ['--build-context', `${key}=${local}`]),
          ...[...prepared.secrets].flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
          ...(each.target === undefined ? [] : ['--target', each.target]),
          prepared.context,
        )
        await buildah(
          'push',
          '--quiet',
          '--signature-policy',
          policy,
          '--format',
          'oci',
          name,
          `oci-archive:${archive}`,
        )
        return await openResult(archive, result.move())
      }),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}
