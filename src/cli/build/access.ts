import type { BuildRequest } from '../../build/build-request.ts'
import { parseSecret } from '../../build/secret-options.ts'
import { parseSsh } from '../../build/ssh-options.ts'
import type { BuildOptions } from './options.ts'

/** `--secret` and `--ssh`, by their IDs. @throws BuildError `bad-build-option` */
export async function accessOf(
  options: Pick<BuildOptions, 'secret' | 'ssh'>,
  environment: NodeJS.ProcessEnv,
): Promise<Pick<BuildRequest, 'secrets' | 'sshAgents'>> {
  const secrets = await Promise.all(options.secret.map((text) => parseSecret(text, environment)))
  const agents = await Promise.all(options.ssh.map((text) => parseSsh(text, environment)))
  return {
    secrets: new Map(secrets.map(({ id, secret }) => [id, secret])),
    sshAgents: new Map(agents.map(({ id, agent }) => [id, agent])),
  }
}
