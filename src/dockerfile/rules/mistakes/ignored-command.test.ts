import { describeRule } from '../testing/describe-rule.ts'
import { ignoredCommand } from './ignored-command.ts'

describeRule(ignoredCommand, {
  catches: {
    'CMD behind an ENTRYPOINT in the shell form': 'FROM node\nENTRYPOINT node app.js\nCMD «["--port", "80"]»\n',
    'CMD in either form, in any order': 'FROM node\nCMD «-p 80»\nentrypoint exec node app.js\n',
    'ENTRYPOINT of the stage below': 'FROM node AS a\nENTRYPOINT node app.js\nFROM a\nCMD «["x"]»\n',
    'CMD of the stage below': 'FROM node AS a\nENTRYPOINT node app.js\nCMD «["x"]»\nFROM a\n',
    'a shell that is spelled out': 'FROM node\nENTRYPOINT ["/bin/sh", "-c", "node app.js"]\nCMD «["--port"]»\r\n',
  },
  leaves: {
    'the exec form': 'FROM node\nENTRYPOINT ["node", "app.js"]\nCMD ["--port", "80"]',
    'a script that looks at its arguments':
      'FROM node\nENTRYPOINT ["sh", "-c", "exec node app.js $0 $@"]\nCMD ["--port", "80"]',
    'a shell form that does': 'FROM node\nENTRYPOINT exec node app.js "$@"\nCMD ["--port", "80"]',
    'a shell that takes its script from CMD': 'FROM node\nENTRYPOINT ["sh", "-c"]\nCMD ["node app.js"]',
    'CMD of the stage below, which ENTRYPOINT takes away': 'FROM node AS a\nCMD ["x"]\nFROM a\nENTRYPOINT node app.js',
    'other stages': 'FROM node AS a\nENTRYPOINT node app.js\nCMD ["x"]\nFROM scratch\nCOPY --from=a /x /x',
    'an empty CMD, which takes away that of the base': 'FROM node\nENTRYPOINT node app.js\nCMD []',
    'what the base says': 'FROM node\nCMD ["x"]',
  },
})
