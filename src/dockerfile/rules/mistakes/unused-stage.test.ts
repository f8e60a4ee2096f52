import { describeRule } from '../testing/describe-rule.ts'
import { unusedStage } from './unused-stage.ts'

describeRule(unusedStage, {
  catches: {
    'a stage that builds for nobody': {
      dockerfile: '«FROM» golang AS builder\nRUN make\nFROM debian\nCOPY app /app\nCMD ["/app"]\n',
      messages: [/^nothing needs the stage "builder"$/],
    },
    'a stage without a name': {
      dockerfile: '«from» golang\r\nrun make\r\nfrom debian\r\ncmd ["a"]\r\n',
      messages: [/has no name to ask for it/],
    },
  },
  leaves: {
    'stages that are needed':
      'FROM golang AS build\nFROM build AS b\nFROM debian AS deps\nFROM debian\nCOPY --from=b /a /a\nRUN --mount=from=deps,target=/d x',
    'a stage that another needs, which is a target':
      'FROM golang AS build\nFROM debian AS dev\nCOPY --from=build /a /a\nFROM debian\nCMD ["a"]',
    'targets of their own':
      'FROM golang AS test\nRUN go test\nFROM golang AS lint\nFROM golang AS build\nCMD ["air"]\nFROM debian',
    'a target that is asked for': {
      dockerfile: 'FROM golang AS build\nFROM debian AS a\nFROM debian',
      options: { target: 'a' },
    },
    'one stage': 'FROM debian',
  },
})
