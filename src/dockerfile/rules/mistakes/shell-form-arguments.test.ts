import { describeRule } from '../testing/describe-rule.ts'
import { shellFormArguments } from './shell-form-arguments.ts'

describeRule(shellFormArguments, {
  catches: {
    'options in the shell form': 'FROM debian\nENTRYPOINT ["/app"]\nCMD «-p 8080»\n',
    'a file for an interpreter, behind a wrapper':
      'FROM python:3.13\ncmd «app.py»\r\nENTRYPOINT ["tini", "--", "python3.13"]\r\n',
    'an ENTRYPOINT of the stage below': 'FROM node AS a\nENTRYPOINT ["node"]\nFROM a\nCMD «server.js»\n',
  },
  leaves: {
    'the exec form': 'FROM debian\nENTRYPOINT ["/app"]\nCMD ["--port", "8080"]',
    'programs that run what they get':
      'FROM node\nENTRYPOINT ["/usr/local/bin/docker-entrypoint.sh"]\nCMD node server.js',
    wrappers: 'FROM node\nENTRYPOINT ["tini", "--"]\nCMD node server.js',
    'an ENTRYPOINT in the shell form': 'FROM debian\nENTRYPOINT /app\nCMD -p 8080',
    'no ENTRYPOINT': 'FROM debian\nCMD -p 8080',
    'a CMD that the ENTRYPOINT of the next stage takes away':
      'FROM node AS a\nCMD server.js\nFROM a\nENTRYPOINT ["node"]',
    'stages that are not built': 'FROM node AS a\nENTRYPOINT ["node"]\nCMD server.js\nFROM scratch',
  },
})
