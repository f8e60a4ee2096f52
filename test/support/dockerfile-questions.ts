import type { DockerfileQuestion } from './dockerfile-answers.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Makes questions of chance: put together from pieces that mean something, so that many of them do. */
export function makeQuestion(kind: DockerfileQuestion['kind'], random: SeededRandom): DockerfileQuestion {
  switch (kind) {
    case 'word':
      return makeWord(random)
    case 'file':
      return { kind, text: makeFile(random) }
    case 'syntax':
      return { kind, text: makeDirectives(random) }
    case 'ignore':
      return makeIgnore(random)
    case 'evaluation':
      return makeEvaluation(random)
  }
}

function pick<Item>(items: readonly [Item, ...Item[]], random: SeededRandom): Item {
  return items[random.integer(items.length)] ?? items[0]
}

function join(count: number, make: () => string): string {
  return Array.from({ length: count }, make).join('')
}

// prettier-ignore
const wordPieces = [
  'a', 'b', 'x', 'foo', '$', '${', '}', '"', "'", '\\', '`', ' ', '  ', '\t', ':', '-', '+', '?', '#', '%', '/', '//', '*', '.',
  '<', '<<', '$FOO', '$EMPTY', '$UNSET', '${FOO', '${EMPTY:-', '${UNSET-', '${FOO%', '${FOO%%', '${FOO#', '${FOO##', '${FOO/',
  '${FOO//', '${BIG//', '1', '0', '@', 'é', '\u00a0', '\u0085', '😀', '[', ']', '{', '(', '$STAR', '$DOLLAR', '\n', '=', '!',
] as const

// prettier-ignore
const wholeWordPieces = [
  'a', 'b', 'foo', ' ', '${FOO%b*}', '${FOO##*/}', '${FOO//o/$DOLLAR}', '${BIG//a/b}', '${BIG//$STAR/}', '${BIG/ /$ESCAPED}',
  '${UNSET:-x y}', '${FOO:+${EMPTY:-z}}', '"a b"', "'c'", '${FOO#*?}', '${BIG//a*/-}', '${BIG//*/-}', '${FOO%%[/]*}',
  '${FOO//$EMPTY/.}', '${FOO%"a\\b"*}', '\\\\', '\\"', '<<', '$FOO', '"$BIG"', '$BIG', '${EMPTY?}', '${UNSET:?no}',
] as const

const wordVariables = {
  FOO: 'foo/bar*a\\b.txt',
  EMPTY: '',
  BIG: 'aaa bbb  aa',
  STAR: '*a',
  DOLLAR: '$0$FOO${1}$$x',
  ESCAPED: '\\*',
}

function makeWord(random: SeededRandom): DockerfileQuestion {
  const pieces: readonly [string, ...string[]] = random.integer(2) === 0 ? wordPieces : wholeWordPieces
  const text = join(1 + random.integer(7), () => pick(pieces, random))
  const escape = random.integer(4) === 0 ? '`' : '\\'
  return { kind: 'word', text, escape, isHeredocText: random.integer(4) === 0, variables: wordVariables }
}

// prettier-ignore
const fileLines = [
  'FROM a', 'FROM a AS b', 'from a as B2', 'FROM a b', 'FROM --platform=x a', 'FROM', 'FROM a AS 1x', 'FROM a AS b c', 'FROM a as',
  'RUN x', 'RUN', 'RUN ["a","b"]', 'RUN ["a", "b"', 'RUN [1]', 'RUN []', 'RUN [] x', 'RUN {"a":1}', 'RUN\tx', 'RUN\u00a0x',
  'run <<EOF', 'RUN cat <<A <<-"B C" x', 'EOF', 'A', '\tB C', 'B C', 'RUN "<<EOF"', "RUN echo 'x <<EOF", 'RUN a<<<b <<EOF',
  'RUN <<EOF\\', 'RUN 3<<EOF <<EOF', 'RUN <<"EOF', 'RUN x <<E"O"F', 'RUN ${x<<EOF', 'EOF\r', 'RUN x\r', 'RUN a \\\r',
  'COPY a b', 'COPY --from=x a b c', 'COPY <<EOF /x', 'COPY << EOF /x', 'COPY x <<EOF', 'COPY ["a b","c"]', 'COPY [] ', 'COPY a',
  "COPY ['a','b']", 'COPY --link=maybe a b', 'COPY --exclude=a --exclude="b c" x y', 'COPY --from= a b', 'COPY --link a --link b',
  'COPY --link --link a b', 'COPY --chown a b', 'COPY --link= a b', 'COPY --chown=a:b --chmod=755 --parents a b/',
  'ADD --checksum=a --link --unpack=false a b', 'ADD --keep-git-dir=true x y', 'ADD --from=x a b',
  'ENV a b c', 'ENV a=b c="d e" f=\\ g', 'ENV a', 'ENV a=b c', 'ENV =x', 'ENV "a b"=c', 'ENV a=b\\', "ENV a='b\\", 'ENV a \\  b',
  "LABEL x=y z='q r'", 'LABEL a  b', 'ARG a', 'ARG a=b c="d e"', 'ARG =x', 'ARG --foo x', 'EXPOSE 80 90/tcp', 'EXPOSE',
  'VOLUME a b', 'VOLUME ["a", "b "]', 'VOLUME [""]', 'VOLUME', 'VOLUME []', 'WORKDIR /a b', 'WORKDIR', 'USER x', 'USER', 'USER \\',
  'STOPSIGNAL 9', 'STOPSIGNAL --x 9', 'SHELL ["a"]', 'SHELL a', 'SHELL []', 'SHELL ["a",1]', 'MAINTAINER me you', 'MAINTAINER',
  'HEALTHCHECK NONE', 'HEALTHCHECK --interval=5s --retries=3 CMD x y', 'HEALTHCHECK CMD ["x"]', 'HEALTHCHECK CMD',
  'HEALTHCHECK --foo NONE', 'HEALTHCHECK --interval=1ns CMD x', 'HEALTHCHECK --retries=-1 CMD x', 'HEALTHCHECK nonsense',
  'HEALTHCHECK', 'HEALTHCHECK --timeout=1m30s --start-period=.5h CMD x', 'ONBUILD RUN x', 'ONBUILD COPY <<EOF /x',
  'ONBUILD FROM x', 'ONBUILD ONBUILD RUN x', 'ONBUILD', 'ONBUILD foo', 'onbuild  run --mount=type=cache y', 'CMD x', 'CMD ["a"]',
  'CMD --x', 'CMD []', 'CMD', 'ENTRYPOINT [ "a" , "b" ]', 'ENTRYPOINT x', 'ENTRYPOINT []', 'FOO bar', '# comment', '  # indented',
  '#', '# escape=`', '# syntax=x/y:1 z', '#check=skip=a;error=true', '# foo=bar', '', '   ', '\t', '\\', 'RUN a \\', 'RUN a `',
  '  b \\  ', '  c', '&& d \\\t', 'RUN a \\\\', 'RUN a\\b\\', 'RUN -- --x y', 'RUN --', 'RUN --a\\ b="c d" x', '\u0085RUN y',
  'RUN --mount=type=bind,source=a,target=b,rw x', 'RUN --mount=type=secret,required,id=x y', 'RUN --mount x', 'RUN --mount= x',
  'RUN --mount=required,type=secret,id=x y', 'RUN --mount=type=ssh,mode=0600 z', 'RUN --mount=type=tmpfs,size=64m,target=/t z',
  'RUN --mount=type=cache,sharing=locked,id=x,target=/t z', 'RUN --mount=type=foo z', 'RUN --mount=from=$x z',
  'RUN --mount=type=bind,mode=7 z', 'RUN --mount=type=cache,target=/t,mode=9 z', 'RUN --mount=type=secret z',
  'RUN --mount="type=bind,\\"source=a,b\\",target=q" z', 'RUN --mount=type=cache,ro=false,target=/t,uid=1,gid=2 z',
  'RUN --network=none --security=insecure --device=a=b,required x', 'RUN --network=bad x', 'RUN --device=a,name=b x',
] as const

function makeFile(random: SeededRandom): string {
  const lineEnd = random.integer(6) === 0 ? '\r\n' : '\n'
  const line = (): string => {
    const indentation = random.integer(8) === 0 ? pick(['  ', '\t'], random) : ''
    const rest = random.integer(15) === 0 ? pick([' ', '\t', '\\', ' \\ '], random) : ''
    return indentation + pick(fileLines, random) + rest
  }
  const lines = Array.from({ length: 1 + random.integer(6) }, line)
  const beginning = random.integer(12) === 0 ? '\ufeff' : ''
  return beginning + lines.join(lineEnd) + (random.integer(3) === 0 ? '' : lineEnd)
}

// prettier-ignore
const directiveLines = [
  '# syntax=docker/dockerfile:1', '#syntax = a/b', '# SYNTAX=x y z', '# syntax=', '# syntax= ', '# check=skip=all;error=true',
  '#check=skip=A, B', '# escape=`', '# escape=\\', '// syntax=c/d:2', '//syntax=e', '#!/usr/bin/env x', '{"syntax": "j/k:3"}', '',
  '# comment', '#  ', 'FROM x', '# syntax=a', '# other=b',
] as const

function makeDirectives(random: SeededRandom): string {
  const lines = join(
    1 + random.integer(4),
    () => `${pick(directiveLines, random)}${pick(['\n', '\n', '\r\n'], random)}`,
  )
  return (random.integer(8) === 0 ? '\ufeff' : '') + lines
}

// prettier-ignore
const patternPieces = [
  'a', 'b', 'foo', '.git', '/', '/', '*', '**', '**/', '/**', '?', '[ab]', '[^a]', '[a-c]', '\\*', '.', '..', '!', '#', ' ', '-',
  'é', 'x.txt', '$', '+', '(', '\\[', '\\?', '[\\]]',
] as const

// prettier-ignore
const pathParts = ['a', 'b', 'foo', '.git', 'x.txt', 'ab', 'afoo', '*', 'é', 'c', '!a', 'a b', 'foo.x', '$', '-'] as const

function makeIgnore(random: SeededRandom): DockerfileQuestion {
  const line = (): string =>
    (random.integer(3) === 0 ? '!' : '') +
    join(1 + random.integer(5), () => pick(patternPieces, random)) +
    pick(['\n', '\r\n', '\n', ' \n'], random)
  const path = (): string => Array.from({ length: 1 + random.integer(4) }, () => pick(pathParts, random)).join('/')
  const text = (random.integer(15) === 0 ? '\ufeff' : '') + join(1 + random.integer(4), line)
  return { kind: 'ignore', text, paths: Array.from({ length: 8 }, path) }
}

const givenNames = ['A', 'B', 'C', 'TARGETARCH', 'BUILDPLATFORM', 'http_proxy'] as const
const variableNames = [...givenNames, 'TARGETSTAGE', 'BASE', 'PATH'] as const

// prettier-ignore
const variableValues = [
  'x', '$A', '${B}', '${A:-d}', '"$A $B"', '${C:+set}', '$TARGETARCH', 'a$TARGETPLATFORM', '"q w"', "'$A'", '\\$A', '${A%x}',
  '$BASE', '${BUILDPLATFORM}/$TARGETSTAGE', '', '${UNSET-u}', '$PATH:/x',
] as const

function makeStageLine(random: SeededRandom): string {
  const name = (): string => pick(variableNames, random)
  const value = (): string => pick(variableValues, random)
  const line: () => string = pick(
    [
      () => `ARG ${name()}`,
      () => `ARG ${name()}=${value()}`,
      () => `ARG ${name()}=${value()} ${name()} ${name()}=${value()}`,
      () => `ENV ${name()}=${value()}`,
      () => `ENV ${name()}=${value()} ${name()}=${value()}`,
      () => `ENV ${name()} ${value()}`,
      () => `LABEL ${pick(['l', 'm', '$A'], random)}=${value()}`,
      () => `LABEL l ${value()}`,
      () => `EXPOSE ${pick(['80', '80/udp', '$P', '90-92', '${X:-70}', '1:2', '80 81/TCP', '8${X:-1}0'], random)}`,
      () => `VOLUME /${value()}`,
      () => `USER u${value()}`,
      () => `WORKDIR /w${value()}`,
      () => `STOPSIGNAL ${pick(['9', 'SIGTERM', '$S', 'term', 'nope', '${S:-kill}'], random)}`,
      () => `ONBUILD ${pick(['ENV', 'LABEL'], random)} OB=${value()}`,
      () => `ONBUILD ARG ${name()}=ob`,
      () => `COPY --from=${pick(['s0', 's1', 's2', '0', '9', 'img'], random)} a b`,
      () => `RUN --mount=type=bind,from=${pick(['s0', 's1', 's2', 'img'], random)},target=/q x`,
    ],
    random,
  )
  return `${line()}\n`
}

function makeEvaluation(random: SeededRandom): DockerfileQuestion {
  const value = (): string => pick(variableValues, random)
  const globals = join(random.integer(3), () => {
    const name = pick(variableNames, random)
    return random.integer(3) === 0 ? `ARG ${name}\n` : `ARG ${name}=${value()}\n`
  })
  const stages = Array.from({ length: 1 + random.integer(3) }, (_, index) => {
    const base = pick(['scratch', 'img', 's0', 's1', '${BASE:-img2}'], random)
    return `FROM ${base} AS s${index}\n${join(random.integer(6), () => makeStageLine(random))}`
  })
  const given = Array.from({ length: random.integer(3) }, () => [
    pick(givenNames, random),
    pick(['build', 'b $A', ''], random),
  ])
  return {
    kind: 'evaluation',
    text: globals + stages.join(''),
    target: random.integer(4) === 0 ? pick(['s0', 's1', 'nope'], random) : '',
    architecture: pick(['amd64', 'arm64', 'arm'], random),
    variables: random.integer(2) === 0 ? { IMG: '1', A: 'img' } : { PATH: '/img' },
    triggers: random.integer(4) === 0 ? ['ENV TRIG=$A', 'ARG B=trig'] : [],
    buildArguments: Object.fromEntries(given),
  }
}
