import { describeRule } from '../testing/describe-rule.ts'
import { fromAsCasing } from './from-as-casing.ts'

describeRule(fromAsCasing, {
  catches: {
    'AS in another case than FROM': {
      dockerfile: 'FROM a «as» b\nfrom a «AS» c\nFROM a «As» d\n',
      messages: [/"as" and "FROM"/, /"AS" and "from"/, /"As"/],
      fixed: 'FROM a AS b\nfrom a as c\nFROM a AS d\n',
    },
  },
  leaves: {
    'the same case': 'FROM a AS b\nfrom a as c',
    'FROM in a case that is neither': 'From a as b\nFrom a AS c',
    'stages without a name': 'FROM a',
  },
})
