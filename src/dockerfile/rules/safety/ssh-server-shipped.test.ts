import { describeRule } from '../testing/describe-rule.ts'
import { sshServerShipped } from './ssh-server-shipped.ts'

describeRule(sshServerShipped, {
  catches: {
    'the package, once': {
      dockerfile:
        'FROM debian AS a\nRUN apt-get update && apt-get install -y curl \\\n    «openssh-server»\nFROM a\nRUN apt-get install -y openssh-server\nEXPOSE 80 22\nCMD ["node", "a.js"]\n',
      messages: [/^a server for SSH is installed in the image$/],
    },
    'the package of Alpine': 'FROM alpine\nRUN apk add --no-cache «dropbear»\n',
    'the port': {
      dockerfile: 'FROM node\nexpose 3000 «22/tcp»\nCMD ["node", "a.js"]\n',
      messages: [/^port 22 is exposed/],
    },
    'a server that is the purpose, as information': {
      dockerfile: 'FROM alpine\nRUN apk add «openssh-server»\nCMD ["/usr/sbin/sshd", "-D"]\n',
      messages: [/^a server/],
    },
  },
  leaves: {
    clients:
      'FROM alpine\nRUN apk add openssh-client openssh && apt-get install -y ssh-import-id\nEXPOSE 2222 22/udp 20-30',
    'stages that are thrown away':
      'FROM debian AS a\nRUN apt-get install -y openssh-server\nEXPOSE 22\nFROM debian\nCOPY --from=a /a /a',
    removals: 'FROM debian\nRUN apt-get purge -y openssh-server',
  },
})
