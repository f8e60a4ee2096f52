import { describeRule } from '../testing/describe-rule.ts'
import { debugToolsShipped } from './debug-tools-shipped.ts'

describeRule(debugToolsShipped, {
  catches: {
    'editors and network tools, once for each RUN': {
      dockerfile:
        'FROM debian\nRUN apt-get update && apt-get install -y nginx «vim» net-tools strace iputils-ping=3:20250605-1\n',
      messages: [/^vim, net-tools, strace and 1 more: for people/],
      fixedUnsafely: 'FROM debian\nRUN apt-get update && apt-get install -y nginx\n',
    },
    'tools in a list, whose layout stays': {
      dockerfile:
        'from debian\r\nrun apt-get install -y \\\r\n    curl \\\r\n    «nano» \\\r\n    vim=2:9 \\\r\n    git \\\r\n  && x\r\n',
      fixedUnsafely: 'from debian\r\nrun apt-get install -y \\\r\n    curl \\\r\n    git \\\r\n  && x\r\n',
    },
    'tools that a line begins with, whose layout stays': {
      dockerfile: 'FROM debian\nRUN apt-get install -y \\\n    «vim» nano curl gdb \\\n    git\n',
      fixedUnsafely: 'FROM debian\nRUN apt-get install -y \\\n    curl \\\n    git\n',
    },
    'tools behind a comment, which stays': 'FROM debian\nRUN apt-get install -y curl \\\n  # editor\n  «vim»\n',
    'packages of Alpine': { dockerfile: 'FROM alpine\nRUN apk add --no-cache «bind-tools» busybox-extras\n' },
    'what the image begins with': { dockerfile: 'FROM fedora AS a\nRUN dnf install -y «gdb»\nFROM a\n' },
  },
  leaves: {
    'what the health check uses':
      'FROM debian\nRUN apt-get install -y netcat-openbsd\nHEALTHCHECK CMD nc -z localhost 80\n',
    'what the container runs': 'FROM alpine\nRUN apk add tcpdump\nENTRYPOINT ["tcpdump", "-i", "any"]\n',
    'stages whose files are thrown away':
      'FROM debian AS a\nRUN apt-get install -y vim\nFROM debian\nCOPY --from=a /x /x\n',
    'names that variables hold, and packages of languages':
      'FROM debian\nRUN apt-get install -y $TOOLS && npm install tree less\n',
    'images for development': 'FROM debian AS dev\nRUN apt-get install -y curl vim\n',
    'tools that are taken away': 'FROM debian\nRUN apt-get purge -y vim\n',
  },
})
