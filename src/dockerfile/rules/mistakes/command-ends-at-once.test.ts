import { describeRule } from '../testing/describe-rule.ts'
import { commandEndsAtOnce } from './command-ends-at-once.ts'

describeRule(commandEndsAtOnce, {
  catches: {
    'a service': 'FROM debian\nCMD «service nginx start»\n',
    'a service in the exec form and behind a shell':
      'FROM debian\r\nentrypoint ["sh", "-c", "a && «/etc/init.d/ssh start»"]\r\n',
    'a program in the background': 'FROM node\nCMD echo a && «node server.js» &\n',
    'one that goes there by itself': 'FROM debian\nCMD [«"/usr/sbin/sshd"»]\n',
    'CMD of the stage below': 'FROM debian AS a\nCMD «apachectl start»\nFROM a\n',
  },
  leaves: {
    'something that stays behind it': 'FROM debian\nCMD service nginx start && tail -f /var/log/nginx/access.log',
    'programs in the foreground':
      'FROM debian\nCMD ["/usr/sbin/sshd", "-D", "-e"]\nENTRYPOINT ["apachectl", "-D", "FOREGROUND"]',
    'a shell that waits': 'FROM debian\nCMD a & b & wait',
    'CMD as an argument': 'FROM debian\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["service", "nginx", "start"]',
    'an entrypoint that gets a command': 'FROM debian\nENTRYPOINT ["service", "nginx", "start"]\nCMD ["a"]',
    'RUN, where another rule speaks': 'FROM debian\nRUN service nginx start',
    'stages that are not shipped': 'FROM debian AS a\nCMD service nginx start\nFROM scratch\nCOPY --from=a /a /a',
  },
})
