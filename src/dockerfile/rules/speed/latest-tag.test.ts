import { describeRule } from '../testing/describe-rule.ts'
import { latestTag } from './latest-tag.ts'

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`

describeRule(latestTag, {
  catches: {
    'no tag and the tag latest': {
      dockerfile:
        'FROM «golang» AS build\nRUN make\nFROM «ghcr.io/a/b:latest»\nCOPY --from=build /a /a\nCOPY --from=«composer» /usr/bin/composer /b\nRUN --mount=type=bind,from=«tools:latest»,target=/t make\n',
      messages: [/^"golang" has no tag, so it is latest$/, /^"ghcr.io\/a\/b:latest" may be any version$/],
    },
    'each image once': 'from «node» as a\nfrom node as b\ncopy --from=node /x /x\ncopy --from=a /y /y\n',
    'variables with a value': 'ARG BASE=debian\nARG TAG=latest\nFROM «$BASE:${TAG}»\r\n',
    'other tags that move from version to version':
      'FROM «alpine:edge» AS a\nFROM «jenkins/inbound-agent:latest-jdk17»\nCOPY --from=a /a /a\n',
    'hosts with a port': 'FROM «localhost:5000/a/b»\n',
  },
  leaves: {
    'versions, digests and names of versions': `FROM node:24 AS a\nFROM debian:stable-slim AS b\nFROM golang@${digest} AS c\nFROM x:latest@${digest}\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\n`,
    'a stage that is meant': 'FROM node:24 AS builder\nFROM debian:13\nCOPY --from=build /a /a\n',
    'stages and scratch':
      'FROM node:24 AS latest\nFROM latest AS b\nFROM scratch\nCOPY --from=latest /a /a\nCOPY --from=b /b /b\nCOPY --from=0 /c /c\n',
    'images that a variable decides': 'ARG BASE\nFROM $BASE\n',
    'stages that nobody needs': 'FROM node AS a\nFROM debian:13',
    'what is none': 'FROM\nFROM Not/A/Name AS x\n',
  },
})
