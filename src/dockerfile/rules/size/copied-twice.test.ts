import { describeRule } from '../testing/describe-rule.ts'
import { copiedTwice } from './copied-twice.ts'

describeRule(copiedTwice, {
  catches: {
    'a program of a stage at two places': {
      dockerfile:
        'FROM rust AS build\nFROM debian\nCOPY --from=build /out/app /usr/src/app\nCOPY --from=0 «/out/app» .\n',
      messages: [/^\/out\/app is copied a second time$/],
    },
    'the whole context, to the same place': {
      dockerfile: 'from node\r\nworkdir /app\r\ncopy . .\r\nrun npm ci\r\ncopy --chown=node «./» /app\r\n',
      messages: [/^\.\/ is copied to the same place again$/],
    },
    'folders and archives of the context, and in the stage below':
      'FROM node AS base\nCOPY src/ /a/\nADD a.tar.gz /x/\nFROM base\nCOPY «./src/» /b/\nADD «a.tar.gz» /y/\n',
    'what comes out of an image, and from the network':
      'FROM debian\nCOPY --from=busybox:1 /bin/busybox /bin/\nCOPY --from=busybox:1 «/bin/busybox» /usr/bin/\nADD https://example.com/a /a\nADD «https://example.com/a» /b\n',
    'a third time': 'FROM node\nCOPY . /a\nCOPY «.» /b\nCOPY «.» /c\n',
  },
  leaves: {
    'other files':
      'FROM a AS b\nFROM node\nCOPY --from=b /out/x /x\nCOPY --from=b /out/y /y\nCOPY src/ /a\nCOPY lib/ /b\n',
    'the same path in other stages':
      'FROM a AS b\nFROM a AS c\nFROM node\nCOPY --from=b /app /b\nCOPY --from=c /app /c\n',
    'small files': 'FROM node\nCOPY package.json /a/\nCOPY package.json /b/\nCOPY LICENSE /a/\nCOPY LICENSE /b/\n',
    'the manifest before the rest': 'FROM node\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n',
    'what other stages copy':
      'FROM node AS a\nCOPY . .\nFROM node AS b\nCOPY . .\nFROM node\nCOPY --from=a /x /x\nCOPY --from=b /x /y\n',
    'different parts of one folder': 'FROM node\nCOPY --exclude=docs . /a\nCOPY --exclude=src . /b\n',
    'here-documents and triggers': 'FROM node\nCOPY <<a /x\na\nCOPY <<a /y\na\nONBUILD COPY . .\nCOPY . .\n',
  },
})
