import type { FileTree } from '../../filetree/file-tree.ts'
import type { PlannedMetadata } from '../copy-plan.ts'
import type { KeptPackage, Ledger } from '../ledger.ts'
import type { StageTools } from './stage-tools.ts'

/** What is made, and the kept files in whose place that comes. */
export interface PackageMetadata {
  readonly planned: PlannedMetadata
  readonly replaced: ReadonlySet<string>
}

const dpkgStatus = '/var/lib/dpkg/status'

/**
 * What has to be made: nothing where nothing can be made, or where the app itself reads the whole list. A list that is kept only for
 * scanners is replaced by what is true of the slim image.
 */
export function packageMetadata(
  { packages, verdicts }: Pick<Ledger, 'verdicts' | 'packages'>,
  tree: FileTree,
  tools: StageTools | undefined,
): PackageMetadata {
  if (tools === undefined) return { planned: { dpkg: [], apk: undefined }, replaced: new Set() }
  const names = (manager: KeptPackage['manager']): readonly string[] =>
    [...new Set(packages.flatMap((each) => (each.manager === manager ? [each.name] : [])))].toSorted()
  const causes = new Map(verdicts.flatMap(({ path, isKept, cause }) => (isKept ? [[path, cause] as const] : [])))
  const isReadWhole = (path: string): boolean => (causes.get(path) ?? 'metadata') !== 'metadata'
  const hasOwnFile = (name: string): boolean => tree.get(`/var/lib/dpkg/status.d/${name}`) !== undefined
  const hasList = tools.hasDpkgQuery && tree.get(dpkgStatus) !== undefined && !isReadWhole(dpkgStatus)
  const dpkg = hasList ? names('dpkg').filter((name) => !hasOwnFile(name)) : []
  const list = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'].flatMap(
    (path) => tree.resolve(path)?.path ?? [],
  )[0]
  const apkPackages = names('apk')
  const apk =
    list === undefined || apkPackages.length === 0 || isReadWhole(list) || !tools.hasAwk
      ? undefined
      : { list, packages: apkPackages }
  const replaced = [...(dpkg.length > 0 ? [dpkgStatus] : []), ...(apk === undefined ? [] : [apk.list])]
  return { planned: { dpkg, apk }, replaced: new Set(replaced) }
}
