import { describeRule } from '../testing/describe-rule.ts'
import { setUserIdProgram } from './set-user-id-program.ts'

describeRule(setUserIdProgram, {
  catches: {
    'the bit in both forms': {
      dockerfile:
        'FROM debian AS a\nRUN chmod «u+s» /bin/ping && chmod «4755» /x && \\\n  chmod «"+s"» /y && install -m «6711» a /b\nFROM a\nCOPY --chmod=«04755» a /a\n',
      messages: [/^mode u\+s lets a program run with the rights of its owner$/],
    },
  },
  leaves: {
    'capabilities, groups and the sticky bit':
      'FROM debian\nRUN setcap cap_net_bind_service=+ep /x && chmod g+s /srv && chmod 2775 /srv && chmod 1777 /t && chmod u-s /bin/su && chmod 0755 /a',
    'the bit taken away': 'FROM debian\nRUN find / -perm /6000 -type f -exec chmod a-s {} \\;',
    'stages that are thrown away': 'FROM debian AS a\nRUN chmod u+s /x\nFROM debian\nCOPY --from=a /y /y',
  },
})
