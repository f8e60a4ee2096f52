import { lintValueCases } from './lint-cases-values.ts'
import { lintCases } from './lint-cases.ts'
import type { LintQuestion } from './lint-question.ts'
import type { SeededRandom } from './seeded-random.ts'

const bases = ['scratch', 'base', 'base', 's0', 's1', 'base:${A:-1}', '${NOPE:-base}', 'base:$TARGETARCH'] as const
const rareBases = ['S0', '$A', 'base:$B', 'Base'] as const

// prettier-ignore
const platformFlags = [
  '', '', '', '', '--platform=$TARGETPLATFORM ', '--platform=${BUILDPLATFORM} ', '--platform=linux/arm64 ', '--platform=linux/$TARGETARCH ',
  '--platform=${P:-linux/arm64} ', '\\\n\n  ',
] as const

const suffixes = ['', '', ' AS s0', ' AS s1', ' as s1', ' AS Stage', ' AS scratch', ' As s0', ' AS linux'] as const

// prettier-ignore
const stageLines = [
  'CMD x', 'CMD ["x"]', 'cmd x', 'Cmd ["x"]', 'ENTRYPOINT x y', 'ENTRYPOINT ["x"]', 'HEALTHCHECK NONE', 'HEALTHCHECK CMD x', 'RUN x',
  'run x', 'RUN a \\\n\n  b', 'RUN a \\\n# c\n  b', 'RUN <<EOF\n$A\nEOF', 'ENV A=$B', 'ENV A $B', 'ENV A=1 B=$A', 'env TOKEN=$NOPE',
  'ENV MY_KEY=1 \\\n  B=${A}', 'LABEL a b', 'LABEL a=$B', 'ARG A', 'ARG B=$A', 'ARG A=1 PASSWORD', 'ARG TARGETARCH', 'arg API_TOKEN=x',
  'WORKDIR a', 'WORKDIR /a', 'WORKDIR $A', 'workdir ./$B', 'EXPOSE 80/TCP', 'EXPOSE 1:2 3/udp', 'EXPOSE 80 ${A:-81/Udp}', 'EXPOSE 80',
  'MAINTAINER me', 'maintainer $A', 'SHELL ["bash", "-c"]', 'USER $A', 'COPY a.txt b /', 'COPY $A.txt /', 'COPY --from=s0 a.txt /',
  'COPY --from=s1 --chown=$B a /', 'ADD a.txt https://example.org/b.txt /', 'COPY . /', 'COPY <<EOF /x\n$A $NOPE\nEOF', 'VOLUME /$B',
  'ONBUILD CMD x', 'ONBUILD ENV A $B', 'ONBUILD ARG A', 'ONBUILD WORKDIR a', 'ONBUILD COPY a.txt /', 'onbuild EXPOSE 1:2', 'ADD dir/ /',
  'RUN --mount=from=s0,target=/m x', 'RUN --mount=target=/x$A x', 'STOPSIGNAL ${A:-9}', 'ONBUILD SHELL ["sh"]', 'COPY /a.md dir/x /',
] as const

// prettier-ignore
const ruleNames = [
  'all', 'JSONArgsRecommended', 'UndefinedVar', 'StageNameCasing,FromAsCasing', 'LegacyKeyValueFormat,SecretsUsedInArgOrEnv',
  'MultipleInstructionsDisallowed', 'ConsistentInstructionCasing', 'WorkdirRelativePath,CopyIgnoredFile', 'NoEmptyContinuation',
  'UndefinedArgInFrom,RedundantTargetPlatform', 'nonsense',
] as const

const comments = ['# A is it', '# x', '#', '# s0 is it', '  # check=skip=all', '# check=experimental=all', ''] as const
const ignoreFiles = ['', '', '*.txt\n', 'a*\ndir\n', '**\n', '*.txt\n!a.txt\n'] as const

function pick<Item>(items: readonly [Item, ...Item[]], random: SeededRandom): Item {
  return items[random.integer(items.length)] ?? items[0]
}

/** All cases by hand. */
export const fixedLintQuestions: readonly LintQuestion[] = [...lintCases, ...lintValueCases]

/** A Dockerfile of chance: put together from lines that checks look at. */
export function makeLintQuestion(random: SeededRandom): LintQuestion {
  const isRare = (one: number): boolean => random.integer(one) === 0
  const comment = (): string => {
    if (!isRare(5)) return ''
    return `${isRare(2) ? `# check=skip=${pick(ruleNames, random)}` : pick(comments, random)}\n`
  }
  const directive = isRare(5)
    ? `# check=${isRare(3) ? 'experimental=all;' : ''}skip=${pick(ruleNames, random)}${isRare(4) ? ';error=true' : ''}\n`
    : ''
  const globals = isRare(2)
    ? ''
    : `${comment()}${pick(['ARG A=1', 'ARG B', 'ARG A=base B=$A', 'arg P=linux/s390x'], random)}\n`
  const from = (): string => {
    const keyword = pick(['FROM', 'FROM', 'FROM', 'from', 'From'], random)
    const rest = `${pick(platformFlags, random)}${pick(isRare(15) ? rareBases : bases, random)}${pick(suffixes, random)}`
    return `${comment()}${keyword} ${rest}\n`
  }
  const lines = (count: number): string =>
    Array.from({ length: count }, () => `${comment()}${pick(stageLines, random)}\n`).join('')
  const stages = Array.from({ length: 1 + random.integer(3) }, () => from() + lines(random.integer(6)))
  return {
    kind: 'lint',
    text: directive + globals + stages.join(''),
    target: isRare(8) ? pick(['s0', 's1'], random) : '',
    platform: pick(['', '', 'linux/amd64', 'linux/arm64'], random),
    buildArguments: isRare(3) ? { [pick(['A', 'B', 'TARGETARCH'], random)]: pick(['1', 'base', ''], random) } : {},
    ignore: pick(ignoreFiles, random),
    images: {
      base: {
        ...(isRare(4) ? { platform: pick(['linux/amd64', 'linux/arm64/v8'], random) } : {}),
        environment: isRare(3) ? ['B=base'] : [],
        triggers: isRare(5) ? ['ARG A', 'ENV C $NOPE'] : [],
        shell: isRare(6) ? ['pwsh'] : [],
      },
    },
  }
}
