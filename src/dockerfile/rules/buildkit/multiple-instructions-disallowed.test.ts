import { describeRule } from '../testing/describe-rule.ts'
import { multipleInstructionsDisallowed } from './multiple-instructions-disallowed.ts'

describeRule(multipleInstructionsDisallowed, {
  catches: {
    'all but the last CMD': {
      dockerfile: 'FROM a\n«CMD» ["1"]\n«CMD» ["2"]\n# this one\nCMD ["3"]\n',
      messages: [/^another CMD follows/],
      fixed: 'FROM a\n# this one\nCMD ["3"]\n',
    },
    'ENTRYPOINT and HEALTHCHECK, each for itself': {
      dockerfile:
        'FROM a\n«ENTRYPOINT» ["1", \\\n  "2"]\n«HEALTHCHECK» NONE\nCMD ["x"]\nENTRYPOINT ["3"]\nhealthcheck CMD ["y"]\n',
      fixed: 'FROM a\nCMD ["x"]\nENTRYPOINT ["3"]\nhealthcheck CMD ["y"]\n',
    },
    'a trigger that is replaced': 'FROM a AS b\nONBUILD CMD ["1"]\nFROM «b»\nCMD ["2"]\n',
    'one that a comment above the other does not skip': {
      dockerfile: 'FROM a\n«CMD» ["1"]\n# check=skip=JSONArgsRecommended\nCMD 2\n',
      fixed: 'FROM a\n# check=skip=JSONArgsRecommended\nCMD 2\n',
    },
  },
  leaves: {
    'one of each': 'FROM a\nCMD ["1"]\nENTRYPOINT ["2"]\nHEALTHCHECK NONE',
    'those of another stage': 'FROM a AS b\nCMD ["1"]\nFROM b\nCMD ["2"]',
    'triggers that are not run here': 'FROM a\nONBUILD CMD ["1"]\nONBUILD CMD ["2"]\nCMD ["3"]',
    'what a comment above the one that counts skips':
      'FROM a\nCMD ["1"]\n# check=skip=MultipleInstructionsDisallowed\nCMD ["2"]',
    'what a comment above the one that does not count skips': 'FROM a\n# check=skip=all\nCMD ["1"]\nCMD ["2"]',
  },
})
