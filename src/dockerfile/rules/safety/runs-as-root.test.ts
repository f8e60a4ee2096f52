import { describeRule } from '../testing/describe-rule.ts'
import { runsAsRoot } from './runs-as-root.ts'

const build = 'FROM golang:1.25 AS build\nRUN make\n'

describeRule(runsAsRoot, {
  catches: {
    'a base with a user for the program': {
      dockerfile: 'FROM «node:24»\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\n# start\nCMD ["node", "server.js"]\n',
      messages: [/^nothing sets USER, so the program runs as root$/],
      fixedUnsafely:
        'FROM node:24\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nUSER node\n# start\nCMD ["node", "server.js"]\n',
    },
    'a user that is added and never taken, with CRLF and in lower case': {
      dockerfile: 'from «debian»\r\nrun groupadd app && useradd -m -g app app\r\nentrypoint ["/a"]\r\ncopy a /a',
      fixedUnsafely:
        'from debian\r\nrun groupadd app && useradd -m -g app app\r\nentrypoint ["/a"]\r\ncopy a /a\r\nuser app',
    },
    'root by name': {
      dockerfile: 'FROM node:24\nUSER node\nRUN npm ci\nUSER «root»\nCMD ["node", "a.js"]\n',
      messages: [/^the program runs as root$/],
      fixedUnsafely: 'FROM node:24\nUSER node\nRUN npm ci\nUSER node\nCMD ["node", "a.js"]\n',
    },
    'root by number, with steps behind it': {
      dockerfile: 'FROM example/app AS a\nUSER «0:0»\nRUN adduser -S -G app app\nCMD ["/app"]\n',
      fixedUnsafely: 'FROM example/app AS a\nUSER 0:0\nRUN adduser -S -G app app\nUSER app\nCMD ["/app"]\n',
    },
    'scratch, where a number does': {
      dockerfile: `${build}FROM «scratch»\nCOPY --from=build /a /a\nHEALTHCHECK CMD ["/a", "-h"]\nENTRYPOINT ["/a"]\n`,
      fixedUnsafely: `${build}FROM scratch\nCOPY --from=build /a /a\nUSER 65532:65532\nHEALTHCHECK CMD ["/a", "-h"]\nENTRYPOINT ["/a"]\n`,
    },
    'distroless without nonroot': {
      dockerfile: `${build}FROM «gcr.io/distroless/static-debian12»\nCOPY --from=build /a /a\nCMD ["/a"]\n`,
      fixedUnsafely: `${build}FROM gcr.io/distroless/static-debian12\nCOPY --from=build /a /a\nUSER nonroot\nCMD ["/a"]\n`,
    },
    '.NET, whose images have a variable for it': {
      dockerfile: 'FROM «mcr.microsoft.com/dotnet/aspnet:9.0»\nCOPY a /a\nENTRYPOINT ["dotnet", "a.dll"]\n',
      fixedUnsafely:
        'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY a /a\nUSER $APP_UID\nENTRYPOINT ["dotnet", "a.dll"]\n',
    },
    'a base without such a user, in a stage of its own':
      'FROM python:3.14 AS base\nRUN pip install x\nFROM «base»\nCMD ["python", "a.py"]\n',
    'USER in a stage that is thrown away': {
      dockerfile:
        'FROM node:24 AS build\nUSER node\nRUN npm ci\nFROM «node:24»\nCOPY --from=build /a /a\nCMD ["node", "a.js"]\n',
      fixedUnsafely:
        'FROM node:24 AS build\nUSER node\nRUN npm ci\nFROM node:24\nCOPY --from=build /a /a\nUSER node\nCMD ["node", "a.js"]\n',
    },
    'another program in the image of a server': 'FROM «mysql:9»\nCMD ["python3", "a.py"]\n',
    'nginx, as information': {
      dockerfile: 'FROM «nginx:1.29»\nCOPY a /usr/share/nginx/html\n',
      messages: [/^the first process of nginx/],
    },
    'a base that is not known, as information': {
      dockerfile: 'FROM «example/base:1»\nCMD ["/a"]\n',
      messages: [/^nothing says who/],
    },
    'an entrypoint script that nobody can read, as information':
      'FROM «debian:13»\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n',
    'a script of the base': 'FROM «tomcat:9»\nCOPY a.war /usr/local/tomcat/webapps/\nCMD ["catalina.sh", "run"]\n',
    'an entrypoint script that stays root': {
      dockerfile: 'FROM «debian:13»\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n',
      context: { 'entrypoint.sh': '#!/bin/sh\nset -e\nexec "$@"\n' },
    },
    Windows: {
      dockerfile: 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER «ContainerAdministrator»\nCMD a.exe\n',
      messages: [/administrator/],
    },
  },
  leaves: {
    'a user': 'FROM node:24\nUSER node\nCMD ["node", "a.js"]',
    'a user by number': 'FROM scratch\nCOPY a /a\nUSER 65532:65532\nENTRYPOINT ["/a"]',
    'a user of a stage that the image begins with': 'FROM node:24 AS base\nUSER 1000\nFROM base\nCMD ["node", "a.js"]',
    'bases that are not root': 'FROM gcr.io/distroless/static:nonroot\nCMD ["/a"]',
    'bases with a user by variable':
      'FROM mcr.microsoft.com/dotnet/aspnet:9.0\nUSER $APP_UID\nENTRYPOINT ["dotnet", "a.dll"]',
    'users that a variable decides': 'FROM debian\nARG user\nUSER $user\nCMD ["/a"]',
    'entrypoints that go on as somebody else': 'FROM debian\nENTRYPOINT ["gosu", "app", "/a"]',
    'tools for that, which a script uses': 'FROM alpine\nRUN apk add --no-cache su-exec\nENTRYPOINT ["/entrypoint.sh"]',
    'scripts that do': {
      dockerfile:
        'FROM debian\nCOPY entrypoint.sh /usr/local/bin/\nENTRYPOINT ["/usr/local/bin/entrypoint.sh"]\nCMD ["/a"]',
      context: { 'entrypoint.sh': '#!/bin/sh\nchown -R app /data\nexec setpriv --reuid=app --clear-groups "$@"\n' },
    },
    'servers that do': 'FROM postgres:18\nCOPY a.sql /docker-entrypoint-initdb.d/',
    Apache: 'FROM php:8.4-apache\nCOPY . /var/www/html/',
    'PHP-FPM': 'FROM php:8.4-fpm\nCOPY . /app\nCMD ["php-fpm"]',
    'what is no container': 'FROM scratch\nCOPY a /a',
    'functions of AWS Lambda': 'FROM public.ecr.aws/lambda/python:3.13\nCMD ["a.handler"]',
    systemd: 'FROM fedora:43\nCMD ["/sbin/init"]',
    'stages that are not built': 'FROM node:24\nCMD ["node"]\nFROM scratch',
    'a USER without a name': 'FROM node:24\nUSER\nCMD ["node", "a.js"]',
    'a USER that cannot be read': 'FROM node:24\nUSER ${1:-${}}\nCMD ["node", "a.js"]',
    'a base whose images get another user': 'FROM node:24\nONBUILD USER node\nCMD ["node", "a.js"]',
    nothing: 'FROM\n',
    'a nanoserver': 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCMD a.exe\n',
  },
})
