import { describeRule } from '../testing/describe-rule.ts'
import { shellOperatorInInstruction } from './shell-operator-in-instruction.ts'

describeRule(shellOperatorInInstruction, {
  catches: {
    'commands behind WORKDIR and COPY, and makes them RUN': {
      dockerfile: 'FROM node\nWORKDIR /app «&&» npm ci && b\nCOPY a b «&&» chmod +x b\r\n  user node«;» whoami\n',
      messages: [/^"&&" is part of what WORKDIR takes/],
      fixedUnsafely:
        'FROM node\nWORKDIR /app\nRUN npm ci && b\nCOPY a b\nRUN chmod +x b\r\n  user node\n  run whoami\n',
    },
    'another instruction, and a semicolon at the end': {
      dockerfile: 'FROM node\nWORKDIR /app «&&» COPY . .\nARG A=1«;»\nVOLUME /a«;»\n',
      fixedUnsafely: 'FROM node\nWORKDIR /app\nCOPY . .\nARG A=1\nVOLUME /a\n',
    },
    'a COPY that lacks its destination, without a fix': 'FROM node\nCOPY a«;» b\n',
    'a condition, without a fix': 'FROM node\nCOPY a b «||» true\n',
    'a line that is continued': {
      dockerfile: 'FROM node\nADD a \\\n  b «&&» c\n',
      fixedUnsafely: 'FROM node\nADD a \\\n  b\nRUN c\n',
    },
  },
  leaves: {
    scripts: 'FROM node\nRUN a && b; c\nCMD a || b\nHEALTHCHECK CMD a || exit 1',
    names: 'FROM node\nCOPY a&&b c;d /e/\nWORKDIR "/a && b"\nCOPY ["a", ";", "b"]',
    'what the reader reports': 'FROM node\nENV A=1 && B=2\nEXPOSE 80 && 90\nLABEL a=b && c=d',
    'values of ENV': 'FROM node\nENV A=1; B=2\nENV C a && b',
  },
})
