import { describeRule } from '../testing/describe-rule.ts'
import { reservedStageName } from './reserved-stage-name.ts'

describeRule(reservedStageName, {
  catches: {
    'a stage called scratch': { dockerfile: 'FROM a AS «scratch»\nFROM scratch\n', messages: [/"scratch"/] },
    'a stage called context, in any case': 'FROM a AS «Context»\n',
  },
  leaves: { 'other names': 'FROM a AS contexts\nFROM a AS from-scratch', 'the base scratch': 'FROM scratch AS a' },
})
