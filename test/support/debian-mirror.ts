import { openRepository } from '../../src/debian/repository.ts'
import { errorMessage } from '../../src/std/errors.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'

/** Why Debian's archive cannot be had where apt has it from, or at its own address; false where it can. */
export async function whyNoMirror(): Promise<string | false> {
  await using folder = await temporaryDirectory()
  const quick = { retry: { attemptsMax: 2 }, connectTimeoutMs: 5000, idleTimeoutMs: 10_000 }
  try {
    const options = { suite: 'bookworm', architecture: 'amd64', pockets: [], cacheFolder: folder.path }
    await using repository = await openRepository({ ...options, ...quick }, createJob())
    await repository.releases(createJob())
    return false
  } catch (error) {
    return `no mirror of Debian can be used: ${errorMessage(error)}`
  }
}
