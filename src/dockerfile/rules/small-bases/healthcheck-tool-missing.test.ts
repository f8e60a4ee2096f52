import { describeRule } from '../testing/describe-rule.ts'
import { healthcheckToolMissing } from './healthcheck-tool-missing.ts'

describeRule(healthcheckToolMissing, {
  catches: {
    'curl on Alpine, where wget is': {
      dockerfile:
        'FROM node:22-alpine\nHEALTHCHECK --interval=30s CMD «curl» -fsS http://localhost:3000/health || exit 1\nCMD ["node", "."]\n',
      messages: [/^the health check calls curl, which is not in the image$/],
      fixedUnsafely:
        'FROM node:22-alpine\nHEALTHCHECK --interval=30s CMD wget -q -O /dev/null http://localhost:3000/health || exit 1\nCMD ["node", "."]\n',
    },
    'curl with its output elsewhere': {
      dockerfile:
        'FROM alpine\nHEALTHCHECK CMD «curl» --silent -o /dev/null --fail "http://localhost/" >/dev/null || false\n',
      fixedUnsafely: 'FROM alpine\nHEALTHCHECK CMD wget -q -O /dev/null "http://localhost/" >/dev/null || false\n',
    },
    'curl with what wget has not, without a fix':
      'FROM alpine\nHEALTHCHECK CMD «curl» -f -H "Host: a" http://localhost/\n',
    'the exec form': 'FROM python:3.13-slim\nHEALTHCHECK CMD [«"curl"», "-f", "http://localhost"]\n',
    'wget in Debian': 'from debian:bookworm-slim\r\nhealthcheck cmd «wget» -q --spider http://localhost\r\n',
    'a tool where other tools were installed':
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends ca-certificates\nHEALTHCHECK CMD «curl» -f http://localhost\n',
    'a tool that another stage has':
      'FROM golang AS build\nRUN apt-get install curl\nFROM debian:12-slim\nCOPY --from=build /server /usr/local/bin/server\nHEALTHCHECK CMD «curl» http://localhost\n',
    'scratch, in the exec form': 'FROM scratch\nCOPY app /app\nHEALTHCHECK CMD [«"wget"», "-q", "http://localhost"]\n',
    'a shell that is called by name': 'FROM alpine\nHEALTHCHECK CMD [«"bash"», "-c", "true"]\n',
    'both of two ways': 'FROM debian\nHEALTHCHECK CMD «curl» -f http://localhost || wget -q http://localhost\n',
    'a check that is inherited from the stage below':
      'FROM node:22-slim AS base\nHEALTHCHECK CMD «curl» -f localhost\nFROM base\n',
    'PowerShell on Nano Server':
      'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nHEALTHCHECK CMD «powershell» -Command exit 0\n',
    'behind a wrapper': 'FROM debian:12\nHEALTHCHECK CMD timeout 5 «curl» -f http://localhost\n',
  },
  leaves: {
    'tools that are there': 'FROM node:22\nHEALTHCHECK CMD curl -f http://localhost\n',
    'wget of busybox': 'FROM nginx:alpine\nHEALTHCHECK CMD wget -q http://localhost\n',
    'curl of nginx, and of PHP': 'FROM php:8.4-fpm\nHEALTHCHECK CMD curl -f http://localhost\n',
    'tools that are installed':
      'FROM node:22-alpine\nRUN apk add --no-cache curl tini\nHEALTHCHECK CMD curl -f http://localhost\n',
    'packages out of a variable or a file':
      'FROM debian\nRUN apt-get install -y $PACKAGES\nHEALTHCHECK CMD curl -f localhost\n',
    'packages of another name':
      'FROM debian\nRUN apt-get install -y netcat-openbsd procps\nHEALTHCHECK CMD nc -z localhost 80 && pgrep app\n',
    'tools that are copied':
      'FROM debian\nCOPY --from=curl /usr/bin/curl /usr/local/bin/\nHEALTHCHECK CMD curl -f localhost\n',
    'folders of tools that are copied':
      'FROM alpine\nCOPY --from=build /usr/local/ /usr/local/\nHEALTHCHECK CMD curl -f localhost\n',
    'tools that are fetched':
      'FROM alpine\nRUN wget -O /usr/bin/curl https://example.org/curl && chmod +x /usr/bin/curl\nHEALTHCHECK CMD curl -f localhost\n',
    'a script that may install anything':
      'FROM debian\nCOPY setup.sh .\nRUN bash setup.sh\nHEALTHCHECK CMD curl localhost\n',
    'the script of an installer':
      'FROM alpine\nRUN wget -qO- https://example.org/install | sh\nHEALTHCHECK CMD curl localhost\n',
    'one of two ways': 'FROM alpine\nHEALTHCHECK CMD curl -f http://localhost || wget -q http://localhost\n',
    'a condition': 'FROM alpine\nHEALTHCHECK CMD if command -v curl; then curl localhost; fi\n',
    'PowerShell on Server Core':
      'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nHEALTHCHECK CMD powershell -Command exit 0\n',
    'PowerShell that is copied':
      'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY --from=ps ["C:/Program Files/PowerShell", "C:/PowerShell"]\nHEALTHCHECK CMD pwsh -Command exit 0\n',
    'bases of which nothing is known': 'FROM example.org/app\nHEALTHCHECK CMD curl localhost\n',
    'programs of the application': 'FROM alpine\nCOPY app /app\nHEALTHCHECK CMD ["/app", "health"]\n',
    'Node and Python': 'FROM node:22-slim\nHEALTHCHECK CMD node healthcheck.js\n',
    'the shell form where no shell is, which is another rule': 'FROM scratch\nHEALTHCHECK CMD curl -f localhost\n',
    'NONE, and checks that were replaced': 'FROM alpine\nHEALTHCHECK CMD curl localhost\nHEALTHCHECK NONE\n',
    'other stages': 'FROM alpine AS a\nHEALTHCHECK CMD curl localhost\nFROM alpine\n',
  },
})
