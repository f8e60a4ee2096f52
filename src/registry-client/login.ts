import type { Job } from '../std/job.ts'
import { createEndpoint } from './api/create-endpoint.ts'
import { endpointSettings } from './api/endpoint-settings.ts'
import { badAnswer, send, type EndpointRequest } from './api/endpoint.ts'
import { changeCredentialFile } from './auth/change-credential-file.ts'
import { findInFile, helperOf, keysOf, readCredentialFile, serverUrlOf } from './auth/credential-file.ts'
import { eraseFromHelper, storeInHelper } from './auth/credential-helper.ts'
import type { RegistryClientConfig } from './config.ts'
import type { Credential } from './credential.ts'
import { discardBody } from '../http/body.ts'
import type { Environment } from '../http/connections.ts'
import { credentialPaths, dockerConfigPath } from './stored-credentials.ts'

/** What a person logs in with. */
export type LoginCredential = Exclude<Credential, { kind: 'registry-token' }>

/**
 * Shows a credential to a registry and throws if it is not taken.
 *
 * A registry that lets everybody in cannot tell a right credential from a wrong one, and passes both.
 *
 * @throws RegistryError `unauthorized`, `bad-answer` for what is no registry, …
 */
export async function checkLogin(
  registry: string,
  credential: LoginCredential,
  config: RegistryClientConfig,
  job: Job,
): Promise<void> {
  const settings = endpointSettings(registry, config.registries?.[registry] ?? {}, config)
  const credentials = { find: () => Promise.resolve(credential) }
  const { endpoint, connections } = createEndpoint({ ...settings, credentials })
  const request: EndpointRequest = {
    method: 'GET',
    target: '/v2/',
    repository: undefined,
    scopes: [],
    expect: [200, 404],
    asked: 'registry',
  }
  try {
    const answer = await send(endpoint, request, job)
    discardBody(answer)
    if (answer.status === 404) throw badAnswer(endpoint, request, 'there is no registry')
  } finally {
    connections.close()
  }
}

/** Where a credential is kept: by one of docker's credential helpers, or readable in a file. */
export type CredentialPlace =
  { readonly kind: 'helper'; readonly helper: string } | { readonly kind: 'file'; readonly path: string }

/**
 * Keeps a credential as docker does: by the helper that its config.json names for the registry, or else in that file.
 *
 * @throws RegistryError `bad-configuration`
 */
export async function saveCredential(
  registry: string,
  credential: LoginCredential,
  environment: Environment,
  job: Job,
): Promise<CredentialPlace> {
  const path = dockerConfigPath(environment)
  const file = (await readCredentialFile(path, registry)) ?? {}
  const helper = helperOf(file, registry)
  const key = serverUrlOf(registry)
  const oldKeys = keysOf(file, registry)
  if (helper !== undefined) {
    await storeInHelper({ helper, registry, environment, signal: job.signal }, key, credential)
  }
  // With a helper, an empty entry is what tells other tools that somebody is logged in.
  const entry = helper === undefined ? fileEntry(credential) : {}
  await changeCredentialFile(path, registry, job, (document) => ({
    ...document,
    auths: { ...without(document.auths ?? {}, oldKeys), [key]: entry },
  }))
  return helper === undefined ? { kind: 'file', path } : { kind: 'helper', helper }
}

/**
 * Forgets what docker's config.json, or the helper that it names, holds for a registry.
 *
 * @returns whether there was something; and other files that still hold a credential and are not this program's to change.
 * @throws RegistryError `bad-configuration`
 */
export async function eraseCredential(
  registry: string,
  environment: Environment,
  job: Job,
): Promise<{ readonly wasThere: boolean; readonly stillIn: readonly string[] }> {
  const path = dockerConfigPath(environment)
  const file = (await readCredentialFile(path, registry)) ?? {}
  const helper = helperOf(file, registry)
  const call = helper === undefined ? undefined : { helper, registry, environment, signal: job.signal }
  const wasInHelper = call !== undefined && (await eraseFromHelper(call, serverUrlOf(registry)))
  const keys = keysOf(file, registry)
  if (keys.length > 0) {
    await changeCredentialFile(path, registry, job, (document) => ({
      ...document,
      auths: without(document.auths ?? {}, keys),
    }))
  }
  const stillIn: string[] = []
  for (const other of credentialPaths(environment)) {
    const others = other === path ? undefined : await readCredentialFile(other, registry)
    if (others !== undefined && findInFile(others, registry, '') !== undefined) stillIn.push(other)
  }
  return { wasThere: keys.length > 0 || wasInHelper, stillIn }
}

function fileEntry(credential: LoginCredential): object {
  if (credential.kind === 'identity-token') return { identitytoken: credential.identityToken }
  return { auth: Buffer.from(`${credential.username}:${credential.password}`).toString('base64') }
}

function without(entries: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !keys.includes(key)))
}
