import { describeRule } from '../testing/describe-rule.ts'
import { splitPackageName } from './split-package-name.ts'

describeRule(splitPackageName, {
  catches: {
    'a name with a blank behind its hyphen': {
      dockerfile: 'FROM alpine\nRUN apk add --no-cache «ca- certificates» tzdata\n',
      messages: [/"ca-" and "certificates" are one package: ca-certificates/],
      fixedUnsafely: 'FROM alpine\nRUN apk add --no-cache ca-certificates tzdata\n',
    },
    'a blank before the hyphen, in the middle of a word, and instead of the hyphen': {
      dockerfile: 'from debian\r\nrun apt-get install -y «python3 -pip» «lib ssl-dev» «build essential» git\r\n',
      fixedUnsafely: 'from debian\r\nrun apt-get install -y python3-pip libssl-dev build-essential git\r\n',
    },
    'a name that nobody knows, where a hyphen can only be a part of it': {
      dockerfile: 'FROM alpine\nRUN apk add «foo- bar»\n',
      fixedUnsafely: 'FROM alpine\nRUN apk add foo-bar\n',
    },
    'a name in two lines, without a fix': 'FROM debian\nRUN apt-get install -y «ca- \\\n  certificates»\n',
  },
  leaves: {
    'names beside each other':
      'FROM debian\nRUN apt-get install -y python3 python3-pip openssl ca-certificates gcc make git less locales',
    'names of one part that go together':
      'FROM alpine\nRUN apk add openssh client python3 py3-pip nodejs npm docker cli',
    "apt's way to remove a package": 'FROM debian\nRUN apt-get install -y postfix exim4- mailutils',
    options: 'FROM debian\nRUN apt-get install python3 -y pip && apk add -t ca- certificates',
    variables: 'FROM debian\nRUN apt-get install -y ca- $A && apk add lib$B ssl-dev',
    'package managers of languages': 'FROM node\nRUN npm install ca- certificates && pip install build essential',
    removal: 'FROM debian\nRUN apt-get remove -y build essential',
    'stages that the build does not need': 'FROM alpine AS a\nRUN apk add ca- certificates\nFROM scratch',
  },
})
