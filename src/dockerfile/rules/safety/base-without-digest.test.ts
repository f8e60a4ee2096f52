import { describeRule } from '../testing/describe-rule.ts'
import { baseWithoutDigest } from './base-without-digest.ts'

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`

describeRule(baseWithoutDigest, {
  catches: {
    'tags, each image once': {
      dockerfile:
        'FROM «node:24» AS a\nFROM node:24 AS b\nFROM «debian:13-slim»\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=«composer:2» /c /c\n',
      messages: [/^"node:24" may be another image tomorrow$/],
    },
    'variables with a value': 'ARG V=24\r\nFROM «node:$V»\r\n',
  },
  leaves: {
    digests: `FROM node:24@${digest} AS a\nFROM debian@${digest}\nCOPY --from=a /a /a\n`,
    "what is LatestTag's": 'FROM node AS a\nFROM debian:latest\nCOPY --from=a /a /a\n',
    'stages and scratch': 'FROM scratch AS a\nFROM a\nCOPY --from=a /a /a\n',
    'images that a variable decides': 'ARG TAG\nFROM node:$TAG\n',
    'stages that nobody needs': `FROM node:24\nFROM debian@${digest}`,
  },
})
