import { describeRule } from '../testing/describe-rule.ts'
import { duplicateStageName } from './duplicate-stage-name.ts'

describeRule(duplicateStageName, {
  catches: {
    'a name that is taken': 'FROM a AS x\nFROM b AS y\nFROM c AS «x»\n',
    'every stage but the first': {
      dockerfile: 'FROM a AS x\nFROM a AS «x»\nFROM a AS «x»\n',
      messages: [/"x"/, /"x"/],
    },
    'names that differ in case only': 'FROM a AS x\nFROM a AS «X»\n',
  },
  leaves: {
    'different names': 'FROM a AS x\nFROM a AS xx',
    'stages without names': 'FROM a\nFROM a',
  },
})
