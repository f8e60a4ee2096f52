import { describeRule } from '../testing/describe-rule.ts'
import { stageNameCasing } from './stage-name-casing.ts'

describeRule(stageNameCasing, {
  catches: {
    'capital letters in the name of a stage': {
      dockerfile: 'FROM golang AS «Build»\nFROM scratch\nCOPY --from=Build /a /a\n',
      messages: [/"Build"/],
      fixed: 'FROM golang AS build\nFROM scratch\nCOPY --from=Build /a /a\n',
    },
    'a name in a line of its own': {
      dockerfile: 'FROM a \\\n  as \\\n  «BUILD»\n',
      fixed: 'FROM a \\\n  as \\\n  build\n',
    },
    'a name that is broken in two, which it does not mend': 'FROM a AS «Bu\\\nild»\n',
  },
  leaves: {
    'names in lower case': 'FROM a AS build-1_x.y',
    'stages without a name': 'FROM A',
    'what the file skips': '# check=skip=StageNameCasing\nFROM a AS B',
    'what a comment above the stage skips': 'FROM a\n# check=skip=StageNameCasing\nFROM a AS B',
  },
})
