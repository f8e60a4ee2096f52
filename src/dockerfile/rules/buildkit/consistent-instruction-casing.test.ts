import { describeRule } from '../testing/describe-rule.ts'
import { consistentInstructionCasing } from './consistent-instruction-casing.ts'

describeRule(consistentInstructionCasing, {
  catches: {
    'one in lower case among others in upper case': {
      dockerfile: 'FROM a\nRUN b\n«run» c\n',
      messages: [/"run" is not in upper case/],
      fixed: 'FROM a\nRUN b\nRUN c\n',
    },
    'one in upper case among others in lower case': {
      dockerfile: 'from a\nrun b\n«COPY» c d\n',
      messages: [/"COPY" is not in lower case/],
      fixed: 'from a\nrun b\ncopy c d\n',
    },
    'mixed case, which counts for neither': {
      dockerfile: '«From» a\n«Run» b\nCOPY c d\n',
      fixed: 'FROM a\nRUN b\nCOPY c d\n',
    },
    'as many of both, where upper case wins': { dockerfile: 'FROM a\n«run» b\n', fixed: 'FROM a\nRUN b\n' },
  },
  leaves: {
    'one case': 'from a\nrun b\ncopy c d',
    'the instruction behind ONBUILD': 'FROM a\nONBUILD run b\nRUN c',
    'ARG before the first FROM, which does not count either': 'arg A\narg B\narg C\nFROM a\nRUN b',
    'words that are no instruction': 'FROM a\nRun_it x\nRUN b',
  },
})
