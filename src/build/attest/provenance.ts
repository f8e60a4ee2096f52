import { positionAt } from '../../dockerfile/text-range.ts'
import { digestAlgorithm, digestHex } from '../../image/digest.ts'
import { formatPlatform, hostPlatform } from '../../image/platform.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import type { BuildFacts } from './build-facts.ts'
import type { ProvenanceOptions } from '../attestation-options.ts'
import type { BuildMaterial, BuiltImage } from '../built-image.ts'
import { predicateTypes, type Attestation } from './attestation.ts'

/** A build that has ended. */
export interface FinishedBuild extends BuildFacts {
  readonly finishedMs: number
}

type DigestSet = Readonly<Record<string, string>>

/**
 * How an image came to be: SLSA's provenance with the fields that BuildKit gives it (docs/attestations/slsa-definitions.md),
 * since those who read provenance of images know these. The build's steps are instructions of the Dockerfile: there is no LLB.
 */
export function provenanceOf(image: BuiltImage, options: ProvenanceOptions, build: FinishedBuild): Attestation {
  const parts = partsOf(image, options, build)
  return {
    predicateType: predicateTypes[options.version],
    predicate: options.version === 'v1' ? versionOne(parts, options) : versionZero(parts, options),
    fileName: options.fileName,
    inlineOnly: options.inlineOnly,
  }
}

type Parts = ReturnType<typeof partsOf>

function partsOf(image: BuiltImage, { mode }: ProvenanceOptions, build: FinishedBuild) {
  const { request, source } = build
  const steps = stepsOf(build)
  const isMax = mode === 'max'
  const hasHiddenArguments = request.buildArguments.size > 0 || request.labels.size > 0
  return {
    configSource: {
      ...(source === undefined ? {} : { uri: withoutCredentials(source.uri), digest: digestSet(source) }),
    },
    entryPoint: request.dockerfileName,
    parameters: parametersOf(build, isMax),
    platform: formatPlatform(hostPlatform()),
    targetPlatform: formatPlatform(image.platform),
    materials: materialsOf(image, source),
    steps: isMax ? steps : undefined,
    extra: {
      ...(build.vcs === undefined ? {} : { vcs: vcsOf(build.vcs) }),
      ...(isMax ? { source: { locations: locationsOf(steps), infos: [dockerfileOf(build)] } } : {}),
    },
    invocationId: invocationIdOf(build),
    startedOn: new Date(build.startedMs).toISOString(),
    finishedOn: new Date(build.finishedMs).toISOString(),
    isRequestComplete: isMax || (!hasHiddenArguments && request.secrets.size === 0 && request.sshAgents.size === 0),
    isMaterialComplete: build.localSources.length === 0,
  }
}

/** SLSA provenance 1.1. */
function versionOne(parts: Parts, { builderId, reproducible }: ProvenanceOptions): object {
  return {
    buildDefinition: {
      buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
      externalParameters: {
        configSource: { ...parts.configSource, path: parts.entryPoint },
        request: parts.parameters,
      },
      internalParameters: {
        ...(parts.steps === undefined ? {} : { buildConfig: { steps: parts.steps } }),
        builderPlatform: parts.platform,
        targetPlatform: parts.targetPlatform,
      },
      resolvedDependencies: parts.materials,
    },
    runDetails: {
      builder: { id: builderId },
      metadata: {
        invocationId: parts.invocationId,
        startedOn: parts.startedOn,
        finishedOn: parts.finishedOn,
        buildkit_metadata: parts.extra,
        buildkit_completeness: { request: parts.isRequestComplete, resolvedDependencies: parts.isMaterialComplete },
        buildkit_reproducible: reproducible,
      },
    },
  }
}

/** SLSA provenance 0.2. */
function versionZero(parts: Parts, { builderId, reproducible }: ProvenanceOptions): object {
  return {
    builder: { id: builderId },
    buildType: 'https://mobyproject.org/buildkit@v1',
    materials: parts.materials,
    invocation: {
      configSource: { ...parts.configSource, entryPoint: parts.entryPoint },
      parameters: parts.parameters,
      environment: { platform: parts.platform },
    },
    ...(parts.steps === undefined ? {} : { buildConfig: { steps: parts.steps } }),
    metadata: {
      buildInvocationID: parts.invocationId,
      buildStartedOn: parts.startedOn,
      buildFinishedOn: parts.finishedOn,
      completeness: {
        parameters: parts.isRequestComplete,
        environment: true,
        materials: parts.isMaterialComplete,
      },
      reproducible,
      'https://mobyproject.org/buildkit@v1#metadata': parts.extra,
    },
  }
}

/** Names of secrets and agents, never what they hold. What somebody passed to the build is told in `max` only. */
function parametersOf({ request, localSources }: FinishedBuild, isMax: boolean): object {
  const passed = isMax
    ? [
        ...[...request.buildArguments].map(
          ([name, value]) => [`build-arg:${name}`, withoutCredentials(value)] as const,
        ),
        ...[...request.labels].map(([name, value]) => [`label:${name}`, value] as const),
      ]
    : []
  const contexts = [...request.namedContexts].map(([name, context]) => {
    const text = context.kind === 'image' ? withoutCredentials(context.reference) : context.tree.title
    return [`context:${name}`, text] as const
  })
  const args = [
    ...passed,
    ...contexts,
    ...(request.target === undefined ? [] : [['target', request.target] as const]),
    ...(request.network === 'default' ? [] : [['force-network-mode', request.network] as const]),
  ]
  return {
    frontend: 'dockerfile.v0',
    args: Object.fromEntries(args.toSorted(([one], [other]) => (one < other ? -1 : 1))),
    ...(isMax ? { secrets: idsOf(request.secrets), ssh: idsOf(request.sshAgents) } : {}),
    locals: localSources.map((name) => ({ name })),
  }
}

function idsOf(named: ReadonlyMap<string, unknown>): readonly { readonly id: string }[] {
  return [...named.keys()].toSorted().map((id) => ({ id }))
}

function materialsOf(
  { materials }: BuiltImage,
  source: BuildMaterial | undefined,
): readonly { readonly uri: string; readonly digest: DigestSet }[] {
  const all = [...materials, ...(source === undefined ? [] : [source])].map((material) => ({
    uri: withoutCredentials(material.uri),
    digest: digestSet(material),
  }))
  const different = new Map(all.map((each) => [JSON.stringify(each), each]))
  return [...different].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each)
}

function digestSet({ digest }: BuildMaterial): DigestSet {
  if (typeof digest === 'string') return { [digestAlgorithm(digest)]: digestHex(digest) }
  return { [digest.gitCommit.length === 64 ? 'sha256' : 'sha1']: digest.gitCommit }
}

/** What stands before the `@` of a URL is nobody's business. */
function withoutCredentials(uri: string): string {
  return uri.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, '$1')
}

interface Step {
  readonly id: string
  readonly instruction: string
  readonly lines: { readonly start: number; readonly end: number }
}

function stepsOf({ request: { document } }: FinishedBuild): readonly Step[] {
  return document.instructions.map(({ range }, number) => ({
    id: `step${number}`,
    instruction: document.text.slice(range.start, range.end),
    lines: {
      start: positionAt(document.lineIndex, range.start).line,
      end: positionAt(document.lineIndex, Math.max(range.start, range.end - 1)).line,
    },
  }))
}

/** The form of BuildKit's source maps. */
function locationsOf(steps: readonly Step[]): object {
  const entries = steps.map(({ id, lines }) => {
    const range = { start: { line: lines.start }, end: { line: lines.end } }
    return [id, { locations: [{ ranges: [range] }] }] as const
  })
  return Object.fromEntries(entries)
}

function dockerfileOf({ request }: FinishedBuild): object {
  const data = Buffer.from(request.document.text).toString('base64')
  return { filename: request.dockerfileName, language: 'Dockerfile', data }
}

function vcsOf({ source, revision }: NonNullable<BuildFacts['vcs']>): object {
  return {
    ...(source === undefined ? {} : { source: withoutCredentials(source) }),
    ...(revision === undefined ? {} : { revision }),
  }
}

/** All platforms of one build have the same, and no other build has. */
function invocationIdOf({ request, startedMs, finishedMs }: FinishedBuild): string {
  const text = JSON.stringify([request.document.text, startedMs, finishedMs, process.pid])
  return cryptoModule().hash('sha256', text).slice(0, 25)
}
