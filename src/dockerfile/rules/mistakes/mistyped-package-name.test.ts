import { describeRule } from '../testing/describe-rule.ts'
import { mistypedPackageName } from './mistyped-package-name.ts'

describeRule(mistypedPackageName, {
  catches: {
    'letters that changed places': {
      dockerfile: 'FROM alpine\nRUN apk add --no-cache curl git «pyhton3»\n',
      messages: [/^the package pyhton3 looks like a slip of python3$/],
      fixedUnsafely: 'FROM alpine\nRUN apk add --no-cache curl git python3\n',
    },
    'names of several parts, with versions': {
      dockerfile: 'from debian\r\nrun apt-get install -y \\\r\n  «bulid-essential» \\\r\n  «libssl-dve=3.0»\r\n',
      fixedUnsafely: 'from debian\r\nrun apt-get install -y \\\r\n  build-essential \\\r\n  libssl-dev=3.0\r\n',
    },
    'quotes, without a fix': 'FROM debian\nRUN apt-get install -y «"pyhton3"»\n',
  },
  leaves: {
    'names that are right, or like another':
      'FROM debian\nRUN apt-get install -y python3 libpng-dev libpg-dev libssl1.1 gti-el openjdk-12-jdk openjdk-11-jdk libxml2 llibs',
    'short names': 'FROM debian\nRUN apt-get install -y gti vmi',
    'packages of languages': 'FROM debian\nRUN pip install pyhton3 && npm i bulid-essential',
    removal: 'FROM debian\nRUN apt-get remove -y pyhton3',
    variables: 'FROM debian\nRUN apt-get install -y pyhton3$V',
    'stages that the build does not need': 'FROM alpine AS a\nRUN apk add pyhton3\nFROM scratch',
  },
})
