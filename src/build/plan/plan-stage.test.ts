import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluateDockerfile } from '../../dockerfile/evaluate.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import type { RunConfig } from '../../image/config.ts'
import type { NamedContext } from '../build-request.ts'
import { planStage } from './plan-stage.ts'
import type { RunStep, StagePlan } from './plan.ts'

interface PlanOptions {
  readonly base?: RunConfig
  readonly arguments?: Readonly<Record<string, string>>
  readonly contexts?: ReadonlyMap<string, NamedContext>
}

/** Plans the last stage of a Dockerfile, which begins with `base` if it begins with an image. */
function plan(text: string, options: PlanOptions = {}): StagePlan {
  const { document, diagnostics } = parseDockerfile(text)
  assert.deepEqual(diagnostics, [])
  const buildArguments = new Map(Object.entries(options.arguments ?? {}))
  const stage = evaluateDockerfile(document, { buildArguments }).stages.at(-1)
  assert(stage !== undefined)
  const names = {
    namedContexts: options.contexts ?? new Map<string, NamedContext>(),
    stageNames: document.stages.map(({ name }) => name),
  }
  return planStage(stage, () => ({ config: options.base ?? {}, author: undefined, arguments: new Map() }), names)
}

function onlyRun({ steps }: StagePlan): RunStep {
  const [step] = steps
  assert(step?.kind === 'run')
  return step
}

function histories({ history }: StagePlan): readonly string[] {
  return history.map(({ createdBy }) => createdBy)
}

describe('a RUN', () => {
  test('is run by the shell, and as it is in exec form', () => {
    assert.deepEqual(onlyRun(plan('FROM a\nRUN echo $x')).arguments, ['/bin/sh', '-c', 'echo $x'])
    assert.deepEqual(onlyRun(plan('FROM a\nSHELL ["bash", "-e"]\nRUN x')).arguments, ['bash', '-e', 'x'])
    assert.deepEqual(onlyRun(plan('FROM a\nRUN ["a", "b c"]')).arguments, ['a', 'b c'])
    assert.deepEqual(onlyRun(plan('FROM a\nRUN x', { base: { Shell: ['zsh', '-c'] } })).arguments, ['zsh', '-c', 'x'])
  })

  test('with a script in a here-document runs that as a file', () => {
    const { arguments: words, script } = onlyRun(plan('FROM a\nRUN <<EOF\n#!/bin/x\necho\nEOF\n'))
    assert.deepEqual(words, ['/dev/pipes/EOF'])
    assert.deepEqual(script, { path: '/dev/pipes/EOF', content: '#!/bin/x\necho\n' })
  })

  test('sees ENV and ARG above it, of one name the later one', () => {
    const text = 'FROM a\nARG one=1\nARG two=2\nENV two=zwei\nRUN x\nARG three=3'
    const { environment } = onlyRun(plan(text, { arguments: { one: 'given' }, base: { Env: ['base=yes'] } }))
    assert.equal(environment.get('one'), 'given')
    assert.equal(environment.get('two'), 'zwei')
    assert.equal(environment.get('base'), 'yes')
    assert.equal(environment.has('three'), false)
    assert.match(environment.get('PATH') ?? '', /\/usr\/bin/)
    const later = onlyRun(plan('FROM a\nENV one=1\nARG one=2 base=3\nARG one\nRUN x', { base: { Env: ['base=yes'] } }))
    assert.equal(later.environment.get('one'), '2')
    assert.equal(later.environment.get('base'), '3')
  })

  test('is told in the history with the arguments that it sees', () => {
    assert.deepEqual(histories(plan('FROM a\nARG one=1\nRUN x')), ['ARG one=1', 'RUN |1 one=1 /bin/sh -c x # buildkit'])
  })

  test('has mounts with what their type means, none above one that it lies in', () => {
    const text = [
      'FROM a\nWORKDIR /w\nRUN --mount=type=cache,target=c --mount=type=secret,id=s --mount=type=secret,id=e,env=E',
      '--mount=type=bind,from=other,source=x,target=/b --mount=type=ssh --mount=type=tmpfs,target=/t x',
    ].join(' ')
    const [, step] = plan(text).steps
    assert(step?.kind === 'run')
    assert.deepEqual(
      step.mounts.map(({ type, target, id, origin }) => [type, target, id, origin.kind]),
      [
        ['secret', undefined, 'e', 'scratch'],
        ['bind', '/b', '/b', 'image'],
        ['tmpfs', '/t', '/t', 'scratch'],
        ['cache', '/w/c', '/w/c', 'scratch'],
        ['secret', '/run/secrets/s', 's', 'scratch'],
        ['ssh', '/run/buildkit/ssh_agent.4', 'default', 'scratch'],
      ],
    )
  })
})

describe('the config', () => {
  test('comes from the base, but for its ONBUILD', () => {
    const base = { Env: ['A=1', 'PATH=/bin'], User: 'ada', WorkingDir: '/w', Labels: { a: '1' }, OnBuild: ['RUN x'] }
    const { config } = plan('FROM a\nENV A=2 B=3\nLABEL b=2', { base })
    assert.deepEqual(config.Env, ['A=2', 'PATH=/bin', 'B=3'])
    assert.equal(config.User, 'ada')
    assert.deepEqual(config.Labels, { a: '1', b: '2' })
    assert.equal(config.OnBuild, undefined)
  })

  test('loses the CMD of the base with a new ENTRYPOINT, not one of its own', () => {
    const base = { Cmd: ['old'], Entrypoint: ['older'] }
    assert.equal(plan('FROM a\nENTRYPOINT ["x"]', { base }).config.Cmd, undefined)
    assert.deepEqual(plan('FROM a\nCMD ["c"]\nENTRYPOINT ["x"]', { base }).config.Cmd, ['c'])
    assert.deepEqual(plan('FROM a\nENV a=b', { base }).config.Cmd, ['old'])
  })

  test('has working directories one after the other', () => {
    const { config, steps } = plan('FROM a\nWORKDIR /a\nWORKDIR b/../c\nWORKDIR /')
    assert.equal(config.WorkingDir, '/')
    assert.deepEqual(
      steps.map((step) => (step.kind === 'workdir' ? step.path : step.kind)),
      ['/a', '/a/c'],
    )
  })

  test('has ports, volumes, health check, signal and user', () => {
    const text = [
      'FROM a',
      'EXPOSE 80 90-91/udp',
      'VOLUME ["/a", "/b"]',
      'HEALTHCHECK --interval=5s --retries=2 CMD x y',
      'STOPSIGNAL SIGINT',
      'USER 1:2',
    ].join('\n')
    const { config } = plan(text)
    assert.deepEqual(Object.keys(config.ExposedPorts ?? {}).toSorted(), ['80/tcp', '90/udp', '91/udp'])
    assert.deepEqual(config.Volumes, { '/a': {}, '/b': {} })
    assert.deepEqual(config.Healthcheck, { Test: ['CMD-SHELL', 'x y'], Interval: 5e9, Retries: 2 })
    assert.equal(config.StopSignal, 'SIGINT')
    assert.equal(config.User, '1:2')
    assert.deepEqual(plan('FROM a\nHEALTHCHECK NONE').config.Healthcheck, { Test: ['NONE'] })
  })
})

describe('where files come from', () => {
  test('a stage, an image, the build context', () => {
    const { steps } = plan('FROM a AS one\nFROM b\nCOPY --from=one x y\nCOPY --from=img x y\nCOPY x y')
    assert.deepEqual(
      steps.map((step) => (step.kind === 'copy' ? step.origin : undefined)),
      [{ kind: 'stage', index: 0 }, { kind: 'image', reference: 'img' }, { kind: 'context' }],
    )
  })

  test('a named context takes the place of the stage or image of its name', () => {
    const contexts = new Map<string, NamedContext>([
      ['one', { kind: 'image', reference: 'other:1' }],
      ['img', { kind: 'image', reference: 'third:1' }],
    ])
    const { steps, base } = plan('FROM a AS one\nFROM img\nCOPY --from=one x y', { contexts })
    assert.deepEqual(base, { kind: 'image', reference: 'third:1' })
    assert.deepEqual(
      steps.map((step) => (step.kind === 'copy' ? step.origin : undefined)),
      [{ kind: 'image', reference: 'other:1' }],
    )
  })
})
