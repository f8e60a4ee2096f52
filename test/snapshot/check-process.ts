/** Runs a check of snapshots in a process that may mount: `check-process.ts WAY CHECK FOLDER`. Its failure is this process'. */
import * as checks from './checks.ts'
import * as propertyChecks from './property-checks.ts'
import * as pruneChecks from './prune-checks.ts'
import type { Place, Way } from './place.ts'

const [wayName = '', checkName = '', directory = ''] = process.argv.slice(2)
const ways: readonly Way[] = ['erofs', 'unpacked', 'rootless']
const way = ways.find((each) => each === wayName)
const all: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  ...checks,
  ...propertyChecks,
  ...pruneChecks,
}
const check = all[checkName]
if (way === undefined || check === undefined) throw new Error(`no check ${wayName} ${checkName}`)
await check({ way, directory })
