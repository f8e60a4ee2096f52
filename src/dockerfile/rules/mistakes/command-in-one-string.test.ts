import { describeRule } from '../testing/describe-rule.ts'
import { commandInOneString } from './command-in-one-string.ts'

describeRule(commandInOneString, {
  catches: {
    'a program with its arguments, and splits it': {
      dockerfile: 'FROM node:22\nCMD [«"npm start"»]\n',
      messages: [/^no program is called "npm start"$/],
      fixedUnsafely: 'FROM node:22\nCMD ["npm", "start"]\n',
    },
    'one with further strings, in lower case and with CRLF': {
      dockerfile: 'from node:22\r\nentrypoint [ «"./bin/app --verbose"», "serve" ]\r\n',
      fixedUnsafely: 'from node:22\r\nentrypoint [ "./bin/app", "--verbose", "serve" ]\r\n',
    },
    'RUN and HEALTHCHECK, which it leaves to the user where a shell is needed': {
      dockerfile:
        'FROM debian\nRUN [«"apt-get update && apt-get install -y curl"»]\nHEALTHCHECK CMD [«"curl -f \'http://localhost\' || exit 1"»]\n',
    },
    'one in a stage that is copied from': {
      dockerfile: 'FROM golang AS a\nRUN [«"go build"»]\nFROM scratch\nCOPY --from=a /x /x\n',
      fixedUnsafely: 'FROM golang AS a\nRUN ["go", "build"]\nFROM scratch\nCOPY --from=a /x /x\n',
    },
  },
  leaves: {
    'words of their own': 'FROM node\nCMD ["npm", "start"]\nRUN ["sh", "-c", "npm ci && npm test"]',
    'the shell form': 'FROM node\nCMD npm start\nENTRYPOINT [ "npm start"',
    'arguments of an entrypoint, which may be a shell': 'FROM node\nENTRYPOINT ["sh", "-c"]\nCMD ["npm start"]',
    'the entrypoint of a stage below': 'FROM node AS a\nENTRYPOINT ["sh", "-c"]\nFROM a\nCMD ["npm start"]',
    'programs of an unknown base that may take a sentence': 'FROM example.com/say\nCMD ["hello world"]',
    'Windows, where names have blanks':
      'FROM mcr.microsoft.com/windows/nanoserver\nCMD ["C:\\\\Program Files\\\\nodejs\\\\node.exe"]\nENTRYPOINT ["npm start"]',
    'stages that the build does not need': 'FROM node AS a\nCMD ["npm start"]\nFROM scratch',
    'an empty array': 'FROM node\nCMD []\nENTRYPOINT [""]',
  },
})
