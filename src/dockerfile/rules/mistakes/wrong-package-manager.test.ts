import { describeRule } from '../testing/describe-rule.ts'
import { wrongPackageManager } from './wrong-package-manager.ts'

describeRule(wrongPackageManager, {
  catches: {
    'apt-get on Alpine, once': {
      dockerfile: 'FROM node:22-alpine\nRUN «apt-get» update && apt-get install -y git\nRUN apt-get clean\n',
      messages: [/^the base has no apt-get$/],
    },
    'apk on Debian, dnf on Ubuntu, apt on Fedora':
      'FROM debian:13\r\nrun «apk» add git\r\nFROM ubuntu AS a\nRUN «yum» install -y git\nFROM fedora\nRUN «apt» update\nCOPY --from=0 /a /a\nCOPY --from=a /a /a\n',
    'anything on a base without a package manager':
      'FROM gcr.io/distroless/base-debian12:debug\nRUN [«"apt-get"», "update"]\n',
    'a slip in what it is told to do': 'FROM alpine\nRUN «apt-get» instal -y wget\n',
    'a stage on top of one of the file': 'FROM alpine AS a\nFROM a\nRUN «apt-get» update\n',
  },
  leaves: {
    'the package manager of the base':
      'FROM alpine\nRUN apk add git\nFROM debian\nRUN apt-get update\nFROM fedora\nRUN dnf install -y a && yum install -y b',
    'bases that are not known': 'FROM example.com/a\nRUN apk add git\nARG A\nFROM $A\nRUN apt-get update',
    'scripts that look first':
      'FROM alpine\nRUN if command -v apt-get; then apt-get update; else apk add a; fi\nRUN which apt-get && apt-get update\nRUN apk add a || apt-get install -y a',
    'one that is installed': 'FROM fedora\nRUN dnf install -y apt\nRUN apt update',
    'package managers of languages': 'FROM alpine\nRUN apk add npm && npm ci',
    'stages that the build does not need': 'FROM alpine AS a\nRUN apt-get update\nFROM scratch',
  },
})
