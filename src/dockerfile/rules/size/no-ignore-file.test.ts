import { describeRule } from '../testing/describe-rule.ts'
import { noIgnoreFile } from './no-ignore-file.ts'

const context = { 'server.js': '', '.git/config': '' }

describeRule(noIgnoreFile, {
  catches: {
    'the whole context, once': {
      dockerfile: 'FROM node AS build\nCOPY «.» /src\nFROM node\nCOPY --from=build /src /app\nCOPY ./ /app\n',
      context,
      messages: [/with \.git: there is no \.dockerignore$/],
    },
    'only as a note where nothing unwanted is there': {
      dockerfile: 'FROM node\nCOPY package.json «./» /app/\n',
      context: { 'package.json': '' },
      messages: [/no \.dockerignore says/],
    },
    'ADD, and a pattern for everything': { dockerfile: 'FROM a\nADD «*» /x/\n', context },
  },
  leaves: {
    'a context that nobody knows': 'FROM node\nCOPY . .\n',
    'a context with an ignore file': { dockerfile: 'FROM node\nCOPY . .\n', context: { '.dockerignore': '' } },
    'single files and folders': {
      dockerfile: 'FROM node\nCOPY package.json ./\nCOPY src src\nCOPY *.js ./\n',
      context,
    },
    'what comes from a stage': { dockerfile: 'FROM a AS b\nFROM c\nCOPY --from=b . .\nCOPY --from=b / /x\n', context },
    'stages that the build does not need': { dockerfile: 'FROM a AS b\nCOPY . .\nFROM c\n', context },
  },
})
