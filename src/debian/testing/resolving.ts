import assert from 'node:assert/strict'
import { resolvePackages, type ResolvedPackage, type ResolveOptions } from '../resolve.ts'
import { requestsFor, sourceOf, type PackageFields } from './archive.ts'

/** Everything but the requests. */
export type Options = Partial<Omit<ResolveOptions, 'requests'>>

/** Resolves in one source of these packages, unless the options name others. */
export async function resolve(
  packages: readonly PackageFields[],
  requests: readonly string[],
  options: Options = {},
): Promise<readonly ResolvedPackage[]> {
  const sources = options.sources ?? [await sourceOf(packages)]
  return resolvePackages({ architecture: 'amd64', ...options, sources, requests: requestsFor(...requests) })
}

/** The names in their order, with versions other than 1. */
export function listed(packages: readonly ResolvedPackage[]): string {
  return packages
    .map(({ record }) => {
      const architecture =
        record.architecture === 'amd64' || record.architecture === 'all' ? '' : `:${record.architecture}`
      return `${record.name}${architecture}${record.version === '1' ? '' : `=${record.version}`}`
    })
    .join(' ')
}

/** What {@link listed} says of requests with commas between them. */
export async function resolved(
  packages: readonly PackageFields[],
  requests: string,
  options: Options = {},
): Promise<string> {
  return listed(await resolve(packages, requests.split(', '), options))
}

/** Code and message of the error that requests end in. */
export async function refusal(
  packages: readonly PackageFields[],
  requests: string,
  options: Options = {},
): Promise<string> {
  const failed = await resolve(packages, requests.split(', '), options).then(
    (found) => assert.fail(`resolved to ${listed(found)}`),
    (error: unknown) => error,
  )
  assert.ok(failed instanceof Error && 'code' in failed && 'hint' in failed)
  return `${String(failed.code)}: ${failed.message}`
}
