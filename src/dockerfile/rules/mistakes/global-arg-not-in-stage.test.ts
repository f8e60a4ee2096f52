import { describeRule } from '../testing/describe-rule.ts'
import { globalArgNotInStage } from './global-arg-not-in-stage.ts'

describeRule(globalArgNotInStage, {
  catches: {
    'an ARG before FROM, which it declares': {
      dockerfile: 'ARG VERSION=1\nFROM debian\n# fetch\nRUN a "«$VERSION»" $VERSION\nRUN b ${VERSION}\n',
      messages: [/^\$VERSION has no value here/],
      fixedUnsafely: 'ARG VERSION=1\nFROM debian\nARG VERSION\n# fetch\nRUN a "$VERSION" $VERSION\nRUN b ${VERSION}\n',
    },
    'what the builder knows, with CRLF': {
      dockerfile: 'from alpine\r\nrun wget https://example.com/«${TARGETARCH}»/a\r\n',
      fixedUnsafely: 'from alpine\r\nARG TARGETARCH\r\nrun wget https://example.com/${TARGETARCH}/a\r\n',
    },
    'one that another stage declares, and one that is declared later': {
      dockerfile: 'ARG A\nFROM debian AS b\nARG A\nRUN echo $A\nFROM debian\nRUN echo «$A»\nARG A\nCOPY --from=b / /\n',
      fixedUnsafely:
        'ARG A\nFROM debian AS b\nARG A\nRUN echo $A\nFROM debian\nARG A\nRUN echo $A\nARG A\nCOPY --from=b / /\n',
    },
    'two in a here-document': {
      dockerfile: 'ARG A\nARG B\nFROM debian\nRUN <<EOF\necho «$A»\necho «$B»\nEOF\n',
      fixedUnsafely: 'ARG A\nARG B\nFROM debian\nARG A\nARG B\nRUN <<EOF\necho $A\necho $B\nEOF\n',
    },
  },
  leaves: {
    'what the stage, or one below, declares': 'ARG A\nFROM debian AS b\nARG A\nRUN echo $A\nFROM b\nRUN echo $A',
    'what ENV sets': 'ARG A=1\nFROM debian\nENV A=2\nRUN echo $A',
    'what the script sets':
      'ARG A\nARG B\nARG C\nFROM debian\nRUN A=1; for B in 1; do echo $A $B; done; read C; echo $C',
    'what a file may set': 'ARG VERSION\nFROM debian\nRUN . /etc/os-release && echo $VERSION',
    'a value for the case': 'ARG A\nFROM debian\nRUN echo ${A:-1} ${A+2}',
    'variables of the base':
      'ARG NODE_VERSION=22\nFROM node:${NODE_VERSION}\nRUN echo $NODE_VERSION\nFROM example.com/a\nRUN echo $NODE_VERSION',
    text: `ARG A\nFROM debian\nRUN echo '$A' \\$A`,
    'proxies, which RUN has anyway': 'ARG HTTP_PROXY\nFROM debian\nRUN echo $HTTP_PROXY',
    'FROM, and instructions where the check of BuildKit speaks': 'ARG A=debian\nFROM $A\nENV B=$A\nCMD echo $A',
    'other variables': 'ARG A\nFROM debian\nRUN echo $HOME $B',
    'stages that the build does not need': 'ARG A\nFROM debian AS b\nRUN echo $A\nFROM scratch',
  },
})
