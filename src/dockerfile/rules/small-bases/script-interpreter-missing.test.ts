import { describeRule } from '../testing/describe-rule.ts'
import { scriptInterpreterMissing } from './script-interpreter-missing.ts'

const bash = '#!/bin/bash\nset -e\nexec "$@"\n'

describeRule(scriptInterpreterMissing, {
  catches: {
    'bash on Alpine': {
      dockerfile:
        'FROM redis:7-alpine\nFROM alpine:3.22\nCOPY entrypoint.sh /entrypoint.sh\nENTRYPOINT [«"/entrypoint.sh"»]\n',
      context: { 'entrypoint.sh': bash },
      messages: [/^"entrypoint\.sh" asks for \/bin\/bash, which is not in the image$/],
    },
    'a script by its name alone': {
      dockerfile:
        'FROM node:22-alpine\nCOPY docker/*.sh /usr/local/bin/\nENTRYPOINT [«"docker-entrypoint.sh"»]\nCMD ["node"]\n',
      context: { 'docker/docker-entrypoint.sh': '#!/usr/bin/env -S bash -e\n' },
    },
    'a script of a folder, and in the shell form': {
      dockerfile: 'from alpine\r\nworkdir /srv\r\ncopy . .\r\ncmd «./bin/start» --now\r\n',
      context: { 'bin/start': '#!/usr/bin/python3\nprint(1)\n' },
      messages: [/^"start" asks for \/usr\/bin\/python3,/],
    },
    'a script in the Dockerfile': {
      dockerfile: 'FROM scratch\nCOPY <<EOF /start\n#!/bin/sh\necho hello\nEOF\nENTRYPOINT [«"/start"»]\n',
    },
    'any script in distroless': {
      dockerfile: 'FROM gcr.io/distroless/java21-debian12\nCOPY run.sh app.jar /app/\nENTRYPOINT [«"/app/run.sh"»]\n',
      context: { 'run.sh': '#!/bin/sh\nexec java -jar app.jar\n', 'app.jar': '' },
    },
    'behind an init': {
      dockerfile:
        'FROM alpine\nRUN apk add --no-cache tini\nCOPY run.sh /\nENTRYPOINT ["/sbin/tini", "--", «"/run.sh"»]\n',
      context: { 'run.sh': bash },
    },
    'CR LF, on a base that has the interpreter': {
      dockerfile: 'FROM debian\nCOPY run.sh /run.sh\nRUN chmod +x /run.sh\nCMD [«"/run.sh"»]\n',
      context: { 'run.sh': '#!/bin/bash\r\necho hello\r\n' },
      messages: [/carriage return/],
    },
    'a path of distributions in an image of Python': {
      dockerfile: 'FROM python:3.13-slim\nCOPY app.py /app.py\nCMD [«"/app.py"»]\n',
      context: { 'app.py': '#!/usr/bin/python3\n' },
    },
    'a script that is copied in the stage below': {
      dockerfile: 'FROM alpine AS base\nCOPY run.sh /run.sh\nFROM base\nCMD [«"/run.sh"»]\n',
      context: { 'run.sh': bash },
    },
  },
  leaves: {
    'interpreters that are there': {
      dockerfile: 'FROM debian\nCOPY run.sh /\nCMD ["/run.sh"]\n',
      context: { 'run.sh': bash },
    },
    'scripts for /bin/sh on Alpine': {
      dockerfile: 'FROM alpine\nCOPY run.sh /\nCMD ["/run.sh"]\n',
      context: { 'run.sh': '#!/bin/sh\n' },
    },
    'interpreters that are installed': {
      dockerfile: 'FROM alpine\nRUN apk add --no-cache bash\nCOPY run.sh /\nCMD ["/run.sh"]\n',
      context: { 'run.sh': bash },
    },
    'interpreters that some package may need': {
      dockerfile: 'FROM alpine\nRUN apk add --no-cache supervisor\nCOPY run.py /\nCMD ["/run.py"]\n',
      context: { 'run.py': '#!/usr/bin/python3\n' },
    },
    'a context that nobody knows': 'FROM alpine\nCOPY run.sh /\nCMD ["/run.sh"]\n',
    'a file that is not in the context': {
      dockerfile: 'FROM alpine\nCOPY run.sh /\nCMD ["/run.sh"]\n',
      context: { other: '' },
    },
    'programs that are no scripts': {
      dockerfile: 'FROM scratch\nCOPY app /app\nCMD ["/app"]\n',
      context: { app: '\u007fELF' },
    },
    'scripts of another stage': {
      dockerfile: 'FROM debian AS a\nFROM alpine\nCOPY --from=a /run.sh /run.sh\nCMD ["/run.sh"]\n',
      context: { 'run.sh': bash },
    },
    'scripts that a RUN changes': {
      dockerfile: 'FROM alpine\nCOPY run.sh /run.sh\nRUN sed -i \'s/bash/sh/\' /run.sh\nCMD ["/run.sh"]\n',
      context: { 'run.sh': bash },
    },
    'line ends that a RUN mends': {
      dockerfile:
        'FROM debian\nCOPY run.sh /run.sh\nRUN apt-get install -y dos2unix && dos2unix /*.sh\nCMD ["/run.sh"]\n',
      context: { 'run.sh': '#!/bin/sh\r\n' },
    },
    'a script that an interpreter gets': {
      dockerfile: 'FROM alpine\nCOPY run.sh /run.sh\nCMD ["sh", "/run.sh"]\n',
      context: { 'run.sh': bash },
    },
    'an older copy, which was replaced': {
      dockerfile: 'FROM alpine\nCOPY old.sh /run.sh\nCOPY new.sh /run.sh\nCMD ["/run.sh"]\n',
      context: { 'old.sh': bash, 'new.sh': '#!/bin/sh\n' },
    },
    'the full image of Python, which has both': {
      dockerfile: 'FROM python:3.13\nCOPY app.py /app.py\nCMD ["/app.py"]\n',
      context: { 'app.py': '#!/usr/bin/python3\n' },
    },
    'env, which finds it': {
      dockerfile: 'FROM python:3.13-slim\nCOPY app.py /app.py\nCMD ["/app.py"]\n',
      context: { 'app.py': '#!/usr/bin/env python3\n' },
    },
    'a file without a first line that ends': {
      dockerfile: 'FROM debian\nCOPY run.sh /run.sh\nCMD ["/run.sh"]\n',
      context: { 'run.sh': '#!/bin/sh\r' },
    },
  },
})
