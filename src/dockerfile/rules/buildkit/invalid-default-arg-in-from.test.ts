import { describeRule } from '../testing/describe-rule.ts'
import { invalidDefaultArgInFrom } from './invalid-default-arg-in-from.ts'

describeRule(invalidDefaultArgInFrom, {
  catches: {
    'an ARG without a default': {
      dockerfile: 'ARG TAG\nFROM «a:$TAG»\n',
      messages: [/^without --build-arg, a:\$TAG is "a:"/],
    },
    'also where the build gives it': {
      dockerfile: 'ARG TAG\nFROM «a:$TAG» AS b\nFROM b\n',
      options: { buildArguments: new Map([['TAG', '1']]) },
    },
    'a default that is no name': 'ARG BASE="a b"\nFROM «$BASE»\n',
    'a constant name that is none': {
      dockerfile: 'FROM «Node:22»\nFROM «a//b»\n',
      messages: [/^"Node:22" is no name/, /^"a\/\/b" is no name/],
      fixed: 'FROM node:22\nFROM a//b\n',
    },
  },
  leaves: {
    'defaults that are names': 'ARG TAG=1\nARG BASE=a:$TAG\nFROM $BASE\nFROM b:${NOPE:-2}\nFROM $TARGETARCH/c',
    stages: 'FROM a AS b\nFROM b\nFROM scratch',
    'what has no value at all': 'ARG X\nFROM a:${X:?no}\nFROM b:$X',
  },
})
