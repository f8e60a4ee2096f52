import { homedir } from 'node:os'
import { join } from 'node:path'
import { findInFile, helperOf, readCredentialFile, serverUrlOf, type CredentialFile } from './auth/credential-file.ts'
import { getFromHelper } from './auth/credential-helper.ts'
import type { Environment } from '../http/connections.ts'
import type { CredentialSource } from './config.ts'

/**
 * Credentials where docker and podman keep them, the first that has one: `$REGISTRY_AUTH_FILE`; `config.json` in
 * `$DOCKER_CONFIG` or `~/.docker`, with its credential helpers; `containers/auth.json` in `$XDG_RUNTIME_DIR`, and in
 * `$XDG_CONFIG_HOME` or `~/.config`. Each file is read once.
 */
export function environmentCredentials(environment: Environment = process.env): CredentialSource {
  const files = new Map<string, Promise<CredentialFile | undefined>>()
  return {
    async find(registry, repository, signal) {
      for (const path of credentialPaths(environment)) {
        let reading = files.get(path)
        if (reading === undefined) files.set(path, (reading = readCredentialFile(path, registry)))
        const file = await reading
        if (file === undefined) continue
        const helper = helperOf(file, registry)
        const fromHelper =
          helper === undefined
            ? undefined
            : await getFromHelper({ helper, registry, environment, signal }, serverUrlOf(registry))
        const credential = fromHelper ?? findInFile(file, registry, repository)
        if (credential !== undefined) return credential
      }
      return undefined
    },
  }
}

/** Where `wherry login` saves: docker's own file. */
export function dockerConfigPath(environment: Environment): string {
  return join(environment['DOCKER_CONFIG'] || join(home(environment), '.docker'), 'config.json')
}

/** Where credentials are looked for, in this order. */
export function credentialPaths(environment: Environment): readonly string[] {
  const { REGISTRY_AUTH_FILE: named, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: config } = environment
  const podman = [runtime, config || join(home(environment), '.config')].filter((directory) => Boolean(directory))
  return [
    ...(named ? [named] : []),
    dockerConfigPath(environment),
    ...podman.map((directory) => join(directory ?? '', 'containers', 'auth.json')),
  ]
}

function home(environment: Environment): string {
  return environment['HOME'] || homedir()
}
