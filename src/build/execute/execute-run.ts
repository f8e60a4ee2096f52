import type { ContainerMount, ContainerProcess } from '../../container/container.ts'
import { proxyEnvironment } from '../../dockerfile/build-arguments.ts'
import type { Layer } from '../../image/image.ts'
import { defaultCapabilities } from '../../sandbox/capabilities.ts'
import type { ExitResult } from '../../sandbox/process-spec.ts'
import type { Job } from '../../std/job.ts'
import { BuildError } from '../errors.ts'
import type { RunStep } from '../plan/plan.ts'
import type { Execution } from './execution.ts'
import type { StageFiles } from './stage-files.ts'
import type { OutputTail } from './output-tail.ts'
import { trustCertificates } from './trusted-certificates.ts'
import { writeLayer, type LayerPlace } from './write-layer.ts'

/** What a RUN sees beside its root, ready to be mounted. */
export interface RunInputs {
  readonly mounts: readonly ContainerMount[]
  /** Of secrets and agents. */
  readonly environment: ReadonlyMap<string, string>
}

/** Runs a step's program on the files of a stage. @returns the layer of what it changed. @throws BuildError `command-failed`, … */
export async function executeRun(
  step: RunStep,
  files: StageFiles,
  inputs: RunInputs,
  execution: Execution,
  place: LayerPlace,
  output: OutputTail,
  job: Job,
): Promise<Layer | undefined> {
  const { machinery, dateSeconds } = execution
  await using container = await machinery.containers.open(files.layers, job)
  const streams = {
    input: undefined,
    output: (chunk: Uint8Array, stream: 'stdout' | 'stderr') => output.add(chunk, stream, job),
  }
  const ended = await container.run(processOf(step, inputs, execution), streams, job)
  if (ended.kind !== 'exited' || ended.status !== 0) throw commandFailed(step, ended)
  const tar = await container.commit({ latestSeconds: dateSeconds }, job)
  return tar === undefined ? undefined : await writeLayer(tar, place, job)
}

function processOf(step: RunStep, inputs: RunInputs, { request, dateSeconds }: Execution): ContainerProcess {
  const trusted = trustCertificates(request.trustedCertificates)
  return {
    arguments: step.arguments,
    environment: new Map([
      // Neither kept in the image nor part of the key: compilers and archivers write the same bytes each time.
      ['SOURCE_DATE_EPOCH', String(dateSeconds)],
      ...proxyEnvironment(request.buildArguments),
      ...trusted.environment,
      ...step.environment,
      ...inputs.environment,
    ]),
    workingDirectory: step.workingDirectory,
    user: step.user,
    hostname: 'wherry',
    mounts: [...trusted.mounts, ...inputs.mounts],
    network: networkOf(step, request.network),
    publishedPorts: [],
    capabilities: defaultCapabilities,
    isPrivileged: step.isInsecure,
    isRootReadOnly: false,
    terminal: undefined,
    limits: { memoryBytes: undefined, cpus: undefined, ulimits: request.ulimits },
    sharedMemoryBytes: request.sharedMemoryBytes,
    extraHosts: request.extraHosts,
  }
}

/** What a RUN says counts before what the build says. */
function networkOf(step: RunStep, network: 'default' | 'none' | 'host'): 'none' | 'host' {
  const wanted = step.network === 'default' ? network : step.network
  return wanted === 'none' ? 'none' : 'host'
}

function commandFailed({ title }: RunStep, ended: ExitResult): BuildError {
  const how = ended.kind === 'exited' ? `with status ${ended.status}` : `by ${ended.signal}`
  return new BuildError('command-failed', `${title} ended ${how}`, { hint: hintFor(ended) })
}

function hintFor(ended: ExitResult): string | undefined {
  if (ended.kind === 'signaled') {
    return ended.signal === 'SIGKILL' ? 'It was killed: perhaps the machine ran out of memory.' : undefined
  }
  if (ended.status === 127) return 'Status 127: a program was not found. Is it installed in this stage, and in PATH?'
  if (ended.status === 126)
    return 'Status 126: a file is no program that runs here. Has it the x bit, and this processor?'
  return undefined
}
