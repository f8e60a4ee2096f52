import { describeRule } from '../testing/describe-rule.ts'
import { exposeInvalidFormat } from './expose-invalid-format.ts'

describeRule(exposeInvalidFormat, {
  catches: {
    'ports and addresses of the host': {
      dockerfile: 'FROM a\nEXPOSE «8080:80» 81 «127.0.0.1:8082:82/udp» «[::1]::83» «90-91:84-85»\n',
      messages: [/"8080:80"/, /"127\.0\.0\.1:8082:82\/udp"/, /"\[::1\]::83"/, /"90-91:84-85"/],
      fixed: 'FROM a\nEXPOSE 80 81 82/udp 83 84-85\n',
    },
    'a variable, which it does not mend': 'FROM a\nARG P=1:2\nEXPOSE «$P»\n',
  },
  leaves: {
    'ports of the container': 'FROM a\nEXPOSE 80 81/tcp 82-83',
    'colons with nothing before them': 'FROM a\nEXPOSE :80 ::81',
    'what is no port': 'FROM a\nEXPOSE nope:80',
  },
})
