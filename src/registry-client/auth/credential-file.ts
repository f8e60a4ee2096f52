import { readFile } from 'node:fs/promises'
import { looseObject, optional, record, safeParse, string, unknown, type InferOutput } from 'valibot'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import type { Credential } from '../credential.ts'
import { RegistryError } from '../errors.ts'

const entrySchema = looseObject({
  auth: optional(string()),
  username: optional(string()),
  password: optional(string()),
  identitytoken: optional(string()),
  registrytoken: optional(string()),
})

/** The parts of docker's config.json and podman's auth.json that matter here. All else is kept as it is. */
const fileSchema = looseObject({
  auths: optional(record(string(), unknown())),
  credHelpers: optional(record(string(), string())),
  credsStore: optional(string()),
})

export type CredentialFile = InferOutput<typeof fileSchema>

/** A file over this size is no file of credentials. */
const fileBytesMax = 4 * 1024 * 1024

/** @returns undefined if there is no such file. @throws RegistryError `bad-configuration`, which quotes nothing of it. */
export async function readCredentialFile(path: string, registry: string): Promise<CredentialFile | undefined> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unusable(path, registry, errorMessage(error))
  }
  if (bytes.length > fileBytesMax) throw unusable(path, registry, 'it is too large')
  if (bytes.toString().trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(bytes.toString())
  } catch {
    throw unusable(path, registry, 'it is not JSON')
  }
  const parsed = safeParse(fileSchema, value)
  if (!parsed.success || Array.isArray(value))
    throw unusable(path, registry, 'it does not have the form of such a file')
  return parsed.output
}

function unusable(path: string, registry: string, why: string): RegistryError {
  const message = `credentials in ${path} cannot be used: ${why}`
  return new RegistryError(
    'bad-configuration',
    message,
    { registry },
    { hint: 'Repair the file, or delete it and log in again.' },
  )
}

/** Docker Hub's key in docker's files and helpers, since before registries had other names. */
const dockerHubKey = 'https://index.docker.io/v1/'
const dockerHubNames = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'])

/** By what name docker keeps the credential of a registry. */
export function serverUrlOf(registry: string): string {
  return registry === 'docker.io' ? dockerHubKey : registry
}

/** The helper that keeps the credential of a registry, if one does. */
export function helperOf(file: CredentialFile, registry: string): string | undefined {
  const named = Object.entries(file.credHelpers ?? {}).find(([key]) => normalKey(key) === registry)?.[1]
  const helper = named ?? file.credsStore
  return helper === '' ? undefined : helper
}

/** The keys of a file under which the credential of a registry itself may lie. */
export function keysOf(file: CredentialFile, registry: string): readonly string[] {
  return Object.keys(file.auths ?? {}).filter((key) => normalKey(key) === registry)
}

/**
 * The credential in the file itself: the one whose key is the longest part of registry and repository, as podman's
 * files may hold several for one registry (containers-auth.json, "FORMAT").
 */
export function findInFile(file: CredentialFile, registry: string, repository: string): Credential | undefined {
  const entries = new Map<string, Credential>()
  for (const [key, value] of Object.entries(file.auths ?? {})) {
    const credential = credentialOf(value)
    if (credential !== undefined) entries.set(normalKey(key), credential)
  }
  let key = repository === '' ? registry : `${registry}/${repository}`
  for (;;) {
    const credential = entries.get(key)
    if (credential !== undefined) return credential
    const slash = key.lastIndexOf('/')
    if (slash === -1) return undefined
    key = key.slice(0, slash)
  }
}

/** Keys are host names, URLs from older times (`https://host/v1/`), or podman's `host/path`. */
function normalKey(key: string): string {
  const url = /^https?:\/\/([^/]+)/i.exec(key)
  const name = url?.[1] ?? key.replace(/\/+$/, '')
  const slash = name.indexOf('/')
  const host = slash === -1 ? name : name.slice(0, slash)
  return dockerHubNames.has(host) ? `docker.io${slash === -1 ? '' : name.slice(slash)}` : name
}

function credentialOf(value: unknown): Credential | undefined {
  const parsed = safeParse(entrySchema, value)
  if (!parsed.success) return undefined
  const { auth, identitytoken, registrytoken } = parsed.output
  if (registrytoken) return { kind: 'registry-token', registryToken: registrytoken }
  if (identitytoken) return { kind: 'identity-token', identityToken: identitytoken }
  const { username, password } = auth ? decodeAuth(auth) : parsed.output
  if (!username || !password) return undefined
  return { kind: 'password', username, password }
}

/** `user:password` in base64. Some writers end it with zero bytes. */
function decodeAuth(auth: string): { readonly username?: string; readonly password?: string } {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(auth.trim())) return {}
  const text = Buffer.from(auth.trim(), 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon === -1) return {}
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') }
}
