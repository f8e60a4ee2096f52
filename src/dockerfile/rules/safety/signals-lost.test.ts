import { describeRule } from '../testing/describe-rule.ts'
import { signalsLost } from './signals-lost.ts'

describeRule(signalsLost, {
  catches: {
    'a shell in the exec form': {
      dockerfile: 'FROM debian\nENTRYPOINT [ "sh", "-c", "«java» $JAVA_OPTS -jar /a.jar" ]\n',
      messages: [/^sh gets the signals of the container, and java does not$/],
      fixed: 'FROM debian\nENTRYPOINT [ "sh", "-c", "exec java $JAVA_OPTS -jar /a.jar" ]\n',
    },
    'the last of several commands': {
      dockerfile: 'FROM node\r\ncmd ["/bin/sh", "-c", "cd /app && ./migrate; «node» \\"server.js\\""]\r\n',
      fixed: 'FROM node\r\ncmd ["/bin/sh", "-c", "cd /app && ./migrate; exec node \\"server.js\\""]\r\n',
    },
    'the shell form of a SHELL, of which BuildKit says nothing': {
      dockerfile: 'FROM debian\nSHELL ["/bin/sh", "-eux", "-c"]\nCMD «node» server.js\n',
      fixed: 'FROM debian\nSHELL ["/bin/sh", "-eux", "-c"]\nCMD exec node server.js\n',
    },
    'a pipeline, whatever the shell is': {
      dockerfile: 'FROM alpine\nCMD ["sh", "-c", "node server.js | «tee» /log"]\n',
      messages: [/^sh gets the signals/],
    },
    'a base that is not known, as information': {
      dockerfile: 'FROM example/base\nCMD ["sh", "-c", "«node» a.js"]\n',
      fixed: 'FROM example/base\nCMD ["sh", "-c", "exec node a.js"]\n',
    },
    'scripts of npm and yarn on Debian': {
      dockerfile: 'FROM node:24-slim\nCMD [«"npm", "start"»]\n',
      messages: [/^npm starts a shell that keeps the signals of the container$/],
    },
    'npm run': 'FROM node:24\nENTRYPOINT [«"npm", "run", "start:prod"», "--", "-p", "1"]\n',
    yarn: 'FROM node AS a\nCMD [«"yarn", "serve"»]\nFROM a\nEXPOSE 1\n',
    'conda run': 'FROM continuumio/miniconda3\nENTRYPOINT [«"conda", "run"», "-n", "x", "python", "a.py"]\n',
    'conda as SHELL':
      'FROM continuumio/miniconda3\nSHELL ["conda", "run", "-n", "x", "/bin/bash", "-c"]\nCMD «python a.py»\n',
    'a signal that nobody can answer': {
      dockerfile: 'FROM nginx\nSTOPSIGNAL «SIGKILL»\n',
      messages: [/^STOPSIGNAL is one/],
    },
  },
  leaves: {
    exec: 'FROM debian\nCMD ["sh", "-c", "cd /app && exec node server.js"]',
    "the shell form, which is BuildKit's": 'FROM debian\nCMD node server.js',
    'shells that let the last command take their place': 'FROM debian\nCMD ["bash", "-c", "node server.js"]',
    BusyBox: 'FROM node:24-alpine\nCMD ["sh", "-c", "node server.js"]',
    'npm on Alpine': 'FROM node:24-alpine\nCMD ["npm", "start"]',
    'bash as sh': 'FROM fedora\nCMD ["sh", "-c", "node server.js"]',
    'SHELL with bash': 'FROM debian\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD node server.js',
    'what minds signals': 'FROM debian\nCMD ["sh", "-c", "trap \'kill $!\' TERM; node a.js & wait"]',
    'programs themselves': 'FROM node\nCMD ["node", "server.js"]',
    'pnpm, which sends them on': 'FROM node\nCMD ["pnpm", "start"]',
    'other actions of npm': 'FROM node\nCMD ["npm", "--version"]',
    'init programs': 'FROM node\nENTRYPOINT ["tini", "--", "npm", "start"]',
    'arguments of an ENTRYPOINT': 'FROM node\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["npm", "start"]',
    'commands that end at once': 'FROM debian\nCMD ["sh", "-c", "echo hello"]',
    'commands that are replaced': 'FROM debian\nCMD ["sh", "-c", "node a.js"]\nCMD ["node", "a.js"]',
    'stages that are not shipped': 'FROM debian AS a\nCMD ["sh", "-c", "node a.js"]\nFROM debian\nCMD ["node", "a.js"]',
    alternatives: 'FROM debian\nCMD ["sh", "-c", "node a.js || exec node b.js"]',
    'other signals': 'FROM nginx\nSTOPSIGNAL SIGKILL\nSTOPSIGNAL SIGQUIT',
    'nothing at all': 'FROM debian\nCMD []\nENTRYPOINT ["sh", "-c"]',
    Windows: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCMD ["sh", "-c", "node a.js"]',
  },
})
