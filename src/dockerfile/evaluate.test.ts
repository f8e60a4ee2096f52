import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluateDockerfile, variablesBefore, type EvaluateOptions } from './evaluate.ts'
import type { EvaluatedDockerfile, EvaluatedStage } from './evaluated.ts'
import { parseDockerfile } from './parse.ts'

function evaluate(text: string, options: EvaluateOptions = {}): EvaluatedDockerfile {
  return evaluateDockerfile(parseDockerfile(text).document, options)
}

/** Names and values of every ENV and LABEL, in order. */
function settingsOf(stage: EvaluatedStage | undefined): readonly string[] {
  const pairs =
    stage?.instructions.flatMap((each) => (each.kind === 'env' || each.kind === 'label' ? each.pairs : [])) ?? []
  return pairs.map(({ name, value }) => `${name}=${value}`)
}

const buildArguments = (given: Readonly<Record<string, string>>): EvaluateOptions => ({
  buildArguments: new Map(Object.entries(given)),
})

describe('ARG', () => {
  test('before the first FROM is seen by FROM, and by stages that declare it', () => {
    const text = 'ARG V=1 W=$V.0\nFROM a:$W\nLABEL l=$V\nARG V\nLABEL l=$V\n'
    const { stages } = evaluate(text)
    assert.deepEqual(stages[0]?.base, { kind: 'image', reference: 'a:1.0' })
    assert.deepEqual(settingsOf(stages[0]), ['l=', 'l=1'])
  })

  test('has the value of the build, which is taken as it is', () => {
    const { stages } = evaluate('FROM a\nARG V=1\nLABEL l=$V\n', buildArguments({ V: '"$X"' }))
    assert.deepEqual(settingsOf(stages[0]), ['l="$X"'])
  })

  test('says where its value comes from', () => {
    const { stages } = evaluate('ARG G=g\nFROM a\nARG B=b D=d G N\n', buildArguments({ B: 'given' }))
    const [arg] = stages[0]?.instructions ?? []
    assert.deepEqual(arg?.kind === 'arg' && arg.declarations, [
      { name: 'B', value: 'given', origin: 'build' },
      { name: 'D', value: 'd', origin: 'default' },
      { name: 'G', value: 'g', origin: 'global' },
      { name: 'N', value: undefined, origin: 'none' },
    ])
  })

  test('goes on to stages that begin with this one, and to no others', () => {
    const { stages } = evaluate('FROM a AS one\nARG V=1\nFROM one\nLABEL l=$V\nFROM a\nLABEL l=$V\n')
    assert.deepEqual(stages.slice(1).map(settingsOf), [['l=1'], ['l=']])
  })

  test('hides a variable of the image for the rest of the stage only', () => {
    const { stages } = evaluate('FROM a AS one\nENV V=env\nARG V=arg\nLABEL l=$V\nFROM one\nLABEL l=$V\n')
    assert.deepEqual(stages.map(settingsOf), [['V=env', 'l=arg'], ['l=env']])
  })
})

describe('ENV', () => {
  test('sees the variables before it, not those beside it', () => {
    const { stages } = evaluate('FROM a\nENV A=1\nENV A=2 B=$A\nLABEL l=$A$B\n')
    assert.deepEqual(settingsOf(stages[0]), ['A=1', 'A=2', 'B=1', 'l=21'])
  })

  test('stands on the variables of the base image, where they are told', () => {
    const text = 'FROM a\nLABEL p=$PATH v=$V\n'
    assert.deepEqual(settingsOf(evaluate(text).stages[0]), ['p=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'v=']) // prettier-ignore
    assert.equal(evaluate(text).stages[0]?.isEnvironmentKnown, false)
    const environment = new Map([['PATH', '/p'], ['V', 'v']]) // prettier-ignore
    const [stage] = evaluate(text, { baseImages: new Map([[0, { environment, triggers: [] }]]) }).stages
    assert.deepEqual(settingsOf(stage), ['p=/p', 'v=v'])
    assert.equal(stage?.isEnvironmentKnown, true)
    assert.equal(evaluate('FROM scratch\n').stages[0]?.isEnvironmentKnown, true)
  })
})

describe('platforms and targets', () => {
  test('are arguments that a stage has to ask for', () => {
    const text =
      'FROM --platform=$BUILDPLATFORM a AS b\nLABEL l=$TARGETARCH\nARG TARGETPLATFORM TARGETVARIANT TARGETSTAGE BUILDARCH\nLABEL l=$TARGETPLATFORM,$TARGETVARIANT,$TARGETSTAGE,$BUILDARCH\n'
    const [stage] = evaluate(text, {
      buildPlatform: { os: 'linux', architecture: 'arm64' },
      targetPlatform: { os: 'linux', architecture: 'arm', variant: 'v7' },
    }).stages
    assert.equal(stage?.platform, 'linux/arm64')
    assert.deepEqual(settingsOf(stage), ['l=', 'l=linux/arm/v7,v7,b,arm64'])
  })

  test('the target is the last stage, or the one that is named', () => {
    const text = 'FROM a AS One\nFROM b\nARG TARGETSTAGE\nLABEL l=$TARGETSTAGE\n'
    assert.equal(evaluate(text).target?.stage.index, 1)
    assert.deepEqual(settingsOf(evaluate(text).stages[1]), ['l=default'])
    assert.equal(evaluate(text, { target: 'ONE' }).target?.stage.index, 0)
    const wrong = evaluate(text, { target: 'oen' })
    assert.equal(wrong.target, undefined)
    assert.equal(wrong.diagnostics[0]?.hint, 'Did you mean one?')
  })
})

describe('ONBUILD', () => {
  test('of the base stage comes before the instructions of the stage, once', () => {
    const { stages } = evaluate(
      'FROM a AS one\nONBUILD ENV A=1\nLABEL l=$A\nFROM one AS two\nLABEL l=$A\nFROM two\nLABEL l=$A\n',
    )
    assert.deepEqual(stages.map(settingsOf), [['l='], ['A=1', 'l=1'], ['l=1']])
    assert.deepEqual(stages[1]?.instructions.map(({ origin }) => origin), ['base-stage', 'stage']) // prettier-ignore
  })

  test('of the base image does too, and its mistakes are shown at FROM', () => {
    const text = 'FROM base\nLABEL l=$A\n'
    const triggers = ['ENV A=1', 'COPY --form=x a b', 'LABEL l=${B?}']
    const { stages, diagnostics } = evaluate(text, { baseImages: new Map([[0, { environment: new Map(), triggers }]]) })
    assert.deepEqual(settingsOf(stages[0]), ['A=1', 'l=', 'l=1'])
    assert.equal(stages[0]?.instructions[0]?.origin, 'base-image')
    assert.deepEqual(
      diagnostics.map(({ code, range }) => [code, text.slice(range.start, range.end)]),
      [
        ['unknown-flag', 'base'],
        ['required-variable', 'base'],
      ],
    )
  })
})

describe('variables', () => {
  test('are told for each instruction, with whether they have a value or are declared', () => {
    const { stages } = evaluate('FROM a\nARG D\nLABEL l=$D$U$PATH\n')
    assert.deepEqual(
      stages[0]?.instructions[1]?.variables.map(({ name, isSet, isDeclared }) => [name, isSet, isDeclared]),
      [
        ['D', false, true],
        ['U', false, false],
        ['PATH', true, false],
      ],
    )
  })

  test('can be had for any point of a stage', () => {
    const { stages } = evaluate(
      'FROM scratch AS one\nENV A=1\nFROM one\nARG B=2 BUILDKIT_SBOM_SCAN_STAGE=true\nENV A=3\n',
    )
    const stage = stages[1]
    assert.ok(stage)
    const at = (position: number): unknown => Object.fromEntries(variablesBefore(stage, position))
    const path = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }
    assert.deepEqual(at(0), { ...path, A: '1' })
    assert.deepEqual(at(1), { ...path, A: '1', B: '2' })
    assert.deepEqual(at(2), { ...path, A: '3', B: '2' })
  })
})

test('sources, mounts, ports and the like have their values', () => {
  const text = `FROM scratch AS one
FROM one
ARG D=/data P="80 443/udp" ID=npm
COPY --from=one --chown=$D "$D/a" $D/
COPY <<EOF <<'RAW' $D
"$D"
EOF
$D
RAW
RUN --mount=type=cache,id=$ID,target=$D --mount=type=bind,from=nginx,target=/n true
EXPOSE $P 8000-8001
VOLUME $D
WORKDIR $D/w
USER \${D##/}
STOPSIGNAL SIGTERM
CMD echo $D
`
  const { stages, diagnostics } = evaluate(text)
  assert.deepEqual(diagnostics, [])
  const found = stages[1]?.instructions.map((each): unknown => {
    if (each.kind === 'copy') {
      const { fileSource, sources, destination, chown, inlineFiles } = each
      return [fileSource, sources, destination, chown, inlineFiles.map(({ content }) => content)]
    }
    if (each.kind === 'run') return each.mounts.map(({ id, target, fileSource }) => [id, target, fileSource])
    if (each.kind === 'expose') return each.ports.map(({ first, last, protocol }) => `${first}-${last}/${protocol}`)
    if (each.kind === 'volume') return each.paths
    return 'value' in each ? each.value : each.kind
  })
  assert.deepEqual(found, [
    'arg',
    [{ kind: 'stage', index: 0 }, ['/data/a'], '/data/', '/data', []],
    [undefined, [], '/data', undefined, ['"/data"\n', '$D\n']],
    [
      ['npm', '/data', undefined],
      [undefined, '/n', { kind: 'image', reference: 'nginx' }],
    ],
    ['80-80/tcp', '443-443/udp', '8000-8001/tcp'],
    ['/data'],
    '/data/w',
    'data',
    'SIGTERM',
    'cmd',
  ])
})
