import { describeRule } from '../testing/describe-rule.ts'
import { argInCommand } from './arg-in-command.ts'

describeRule(argInCommand, {
  catches: {
    'an argument in CMD': {
      dockerfile: 'FROM node\nARG PORT=3000\nCMD node server.js --port «$PORT»\n',
      messages: [/^\$PORT is a build argument/],
    },
    'one in ENTRYPOINT and HEALTHCHECK, behind a shell and at the top of the file':
      'ARG MODE\nFROM node\r\nARG PORT\r\nhealthcheck CMD curl -f http://localhost:«${PORT}»/ || exit 1\r\nentrypoint ["sh", "-c", "exec app «$MODE»"]\r\n',
    'one of the stage below': 'FROM node AS a\nARG PORT=1\nFROM a\nCMD node a.js «$PORT»\n',
  },
  leaves: {
    'what ENV keeps': 'FROM node\nARG PORT=3000\nENV PORT=$PORT\nCMD node server.js --port $PORT',
    'a value for the case': 'FROM node\nARG PORT=3000\nCMD node server.js --port ${PORT:-3000}',
    RUN: 'FROM node\nARG PORT=3000\nRUN echo $PORT',
    'variables that are no arguments': 'FROM node\nARG PORT\nCMD echo $HOME $OTHER',
    'what the script sets': 'FROM node\nARG PORT\nCMD PORT=1; echo $PORT',
    'what a file may set': 'FROM node\nARG PORT\nCMD . /env && echo $PORT',
    'arguments of other stages': 'FROM node AS a\nARG PORT\nFROM node\nCMD echo $PORT',
    'the exec form, where nobody replaces it': 'FROM node\nARG PORT\nCMD ["echo", "$PORT"]',
    'a command that another one replaces': 'FROM node AS a\nARG PORT\nCMD echo $PORT\nFROM a\nCMD ["x"]',
    'what the base may tell of itself': 'ARG NODE_VERSION=22\nFROM node:$NODE_VERSION\nCMD echo $NODE_VERSION',
    text: `FROM node\nARG PORT\nCMD echo '$PORT'`,
  },
})
