import { describeRule } from '../testing/describe-rule.ts'
import { exposeProtoCasing } from './expose-proto-casing.ts'

describeRule(exposeProtoCasing, {
  catches: {
    'capital letters': {
      dockerfile: 'FROM a\nEXPOSE «80/TCP» 81/udp «82-83/Udp» \\\n  «84/SCTP»\n',
      messages: [/"80\/TCP"/, /"82-83\/Udp"/, /"84\/SCTP"/],
      fixed: 'FROM a\nEXPOSE 80/tcp 81/udp 82-83/udp \\\n  84/sctp\n',
    },
    'a variable, which it does not mend': {
      dockerfile: 'FROM a\nARG P=80/TCP\nEXPOSE «$P»\n',
      messages: [/"80\/TCP"/],
    },
    'a trigger where it is run': 'FROM a AS b\nONBUILD EXPOSE 80/TCP\nFROM «b»\n',
  },
  leaves: {
    'lower case, and no protocol': 'FROM a\nEXPOSE 80/tcp 81',
    'what is no port': 'FROM a\nEXPOSE nope/TCP 80/HTTP',
  },
})
