import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { object, optional, record, string, safeParse } from 'valibot'

const proxiesSchema = object({
  proxies: optional(
    record(
      string(),
      object({
        httpProxy: optional(string()),
        httpsProxy: optional(string()),
        ftpProxy: optional(string()),
        noProxy: optional(string()),
        allProxy: optional(string()),
      }),
    ),
  ),
})

const variables = {
  httpProxy: 'http_proxy',
  httpsProxy: 'https_proxy',
  ftpProxy: 'ftp_proxy',
  noProxy: 'no_proxy',
  allProxy: 'all_proxy',
} as const

/**
 * The build arguments that docker makes of `proxies.default` in its `config.json`, in both spellings. A file that cannot be read says
 * nothing: whoever needs its logins is told what is wrong with it.
 */
export async function proxyArguments(environment: NodeJS.ProcessEnv): Promise<ReadonlyMap<string, string>> {
  const folder = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? homedir(), '.docker')
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '')
  const found = new Map<string, string>()
  if (!text.includes('"proxies"')) return found
  const parsed = safeParse(proxiesSchema, jsonOf(text))
  const proxies = parsed.success ? parsed.output.proxies?.['default'] : undefined
  for (const key of ['httpProxy', 'httpsProxy', 'ftpProxy', 'noProxy', 'allProxy'] as const) {
    const value = proxies?.[key] ?? ''
    if (value === '') continue
    found.set(variables[key], value)
    found.set(variables[key].toUpperCase(), value)
  }
  return found
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
