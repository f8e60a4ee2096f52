import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { looseObject, optional, record, safeParse, string } from 'valibot'
import { formatSize } from '../../std/format-size.ts'
import { missing, ok, warning, type CheckResult } from './check.ts'
import type { Machine } from './machine.ts'

const gibibyte = 1024 ** 3
const comfortableBytes = 5 * gibibyte
const leastBytes = gibibyte / 2

/** Whether there is room for images. */
export function checkDisk(machine: Machine, storePath: string): CheckResult {
  const name = 'disk'
  const free = machine.freeBytes(storePath)
  if (free === undefined) return warning(name, `how much is free for ${storePath} is not known`, 'it may be little')
  const finding = `${formatSize(free)} free for ${storePath}`
  if (machine.isInMemory(storePath)) {
    const meaning = 'images, their unpacked layers and what runs take memory, and are gone when the machine starts anew'
    return warning(name, `${finding}, in memory`, meaning, 'name a folder on a disk: --store or WHERRY_STORE')
  }
  if (free >= comfortableBytes) return ok(name, finding)
  const state = free >= leastBytes ? warning : missing
  return state(name, finding, 'large images may not fit', 'wherry prune')
}

const configSchema = looseObject({
  auths: optional(record(string(), looseObject({}))),
  credHelpers: optional(record(string(), string())),
  credsStore: optional(string()),
})

/** Whether the programs that keep logins are there. */
export function checkLogins(machine: Machine): CheckResult {
  const name = 'registry logins'
  const folder = machine.environment['DOCKER_CONFIG'] ?? join(machine.environment['HOME'] ?? '/', '.docker')
  const path = join(folder, 'config.json')
  const text = machine.readFile(path)
  if (text === undefined) return ok(name, 'none')
  const parsed = safeParse(configSchema, parseText(text))
  if (!parsed.success) return missing(name, `${path} cannot be read`, 'no registry can be logged in to', `mend ${path}`)
  const { auths = {}, credHelpers = {}, credsStore } = parsed.output
  const helpers = [...new Set([...Object.values(credHelpers), ...(credsStore === undefined ? [] : [credsStore])])]
  const absent = helpers.filter((helper) => machine.findProgram(`docker-credential-${helper}`) === undefined)
  if (absent.length > 0) {
    const programs = absent.map((helper) => `docker-credential-${helper}`).join(', ')
    const fix = `install ${programs}, or take it out of ${path}`
    return missing(name, `${programs} is not installed`, 'its registries cannot be logged in to', fix)
  }
  const hosts = [...new Set([...Object.keys(auths), ...Object.keys(credHelpers)])]
  return ok(name, hosts.length === 0 ? 'none' : hosts.join(', '))
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const dayMs = 24 * 60 * 60 * 1000
/** This file is as old as the installation. */
const ownFile = fileURLToPath(import.meta.url)

/** No time can be earlier than that of files that are there already. */
export function checkClock(machine: Machine, storePath: string): CheckResult {
  const known = [ownFile, join(storePath, 'index.json')].flatMap((path) => machine.modifiedMs(path) ?? [])
  const nowMs = machine.nowMs()
  const shown = new Date(nowMs).toISOString().slice(0, 16)
  if (nowMs >= Math.max(...known, 0) - dayMs) return ok('clock', shown)
  const newest = new Date(Math.max(...known)).toISOString().slice(0, 16)
  const meaning = 'certificates and signatures are taken for not yet valid'
  const fix = `${machine.isRoot ? '' : 'sudo '}timedatectl set-ntp true`
  return missing('clock', `${shown}, and there are files of ${newest}`, meaning, fix)
}
