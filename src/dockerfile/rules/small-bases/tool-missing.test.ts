import { describeRule } from '../testing/describe-rule.ts'
import { toolMissing } from './tool-missing.ts'

describeRule(toolMissing, {
  catches: {
    'curl on Alpine': {
      dockerfile: 'FROM node:24-alpine\nRUN «curl» -fsSL https://example.org/tool -o /tool\n',
      messages: [/^curl is not in "node:24-alpine", and nothing installs it before$/],
    },
    'git in a slim image':
      'from python:3.14-slim\r\nrun pip install flask && «git» clone https://example.org/a.git\r\n',
    'a tool that is installed only afterwards':
      'FROM debian:trixie-slim\nRUN «wget» https://example.org/a\nRUN apt-get update && apt-get install -y wget\n',
    'a tool that another stage has':
      'FROM golang AS a\nRUN make\nFROM golang:alpine AS b\nRUN «make»\nFROM alpine\nCOPY --from=a /a /a\nCOPY --from=b /b /b\n',
    'npm in an image of PHP': 'FROM php:8.4-fpm\nCOPY . .\nRUN «npm» ci && npm run build\n',
    'useradd on Alpine': 'FROM alpine\nRUN «useradd» -m app\n',
    'bash, and here-documents': 'FROM alpine\nRUN <<EOF\nset -e\n«bash» -c "echo a"\nEOF\n',
    'the exec form': 'FROM alpine\nRUN [«"bash"», "-c", "true"]\n',
    'a pipe': 'FROM ubuntu:24.04\nRUN «curl» https://example.org/key | «gpg» --dearmor > /key\n',
    'the stage below': 'FROM alpine AS base\nRUN apk add --no-cache git\nFROM base\nRUN git clone a && «make» -C a\n',
    'each tool once': 'FROM alpine\nRUN «curl» a\nRUN curl b && «python3» c\n',
  },
  leaves: {
    'tools that are there': 'FROM node:24\nRUN curl a && git clone b && make && python3 c\n',
    busybox: 'FROM alpine\nRUN wget a && adduser -D b && unzip c && nc -z d 1\n',
    'tools that are installed':
      'FROM debian\nRUN apt-get update && apt-get install -y curl build-essential git && curl a && make && gcc b.c && git c\n',
    'tools that a list installs': 'FROM alpine\nARG PACKAGES\nRUN apk add $PACKAGES && curl a\n',
    'tools that are copied': 'FROM alpine\nCOPY --from=example.org/tools /usr/bin/curl /usr/bin/\nRUN curl a\n',
    'tools that a script may install': 'FROM debian\nCOPY setup.sh /\nRUN /setup.sh\nRUN curl a\n',
    'questions whether a tool is there':
      'FROM alpine\nRUN command -v curl && echo yes; which curl || apk add curl\nRUN if type bash; then bash a; fi\n',
    'failures that are taken for an answer': 'FROM alpine\nRUN curl a || wget a\n',
    'tools that an installer brings':
      'FROM php:8.4-apache\nRUN curl -sS https://getcomposer.org/installer | php -- --filename=composer --install-dir=/usr/local/bin\nRUN composer install\n',
    'tools that another tool of theirs brings':
      'FROM ubuntu\nRUN apt-get update && apt-get install -y python3-pip\nRUN pip3 install flask\n',
    'functions of that name': 'FROM alpine\nRUN curl() { wget "$@"; }; curl a\n',
    'bases of which nothing is known': 'FROM example.org/a\nRUN curl a && git b && npm ci\n',
    'what other rules report': 'FROM debian\nRUN apk add a; sudo b; yum install c\n',
    'scratch, where no shell is': 'FROM scratch\nRUN curl a\n',
    'programs of the project': 'FROM alpine\nCOPY . .\nRUN ./make && bin/curl\n',
    'stages that are not needed': 'FROM alpine AS old\nRUN curl a\nFROM alpine\n',
    'other shells': 'FROM alpine\nSHELL ["python3", "-c"]\nRUN curl\n',
    text: 'FROM alpine\nRUN echo curl "git clone" && grep make a\n',
  },
})
