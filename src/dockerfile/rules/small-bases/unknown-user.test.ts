import { describeRule } from '../testing/describe-rule.ts'
import { unknownUser } from './unknown-user.ts'

describeRule(unknownUser, {
  catches: {
    'a name in scratch, which has no passwd file': {
      dockerfile: 'FROM scratch\nCOPY app /app\nUSER «nobody»\nCMD ["/app"]\n',
      messages: [/^nothing adds a user "nobody", and the base has none of that name$/],
      fixedUnsafely: 'FROM scratch\nCOPY app /app\nUSER 65534:65534\nCMD ["/app"]\n',
    },
    'a user that nobody added': 'FROM python:3.13-slim\nRUN pip install flask\nUSER «app»\n',
    'a user of another base': 'FROM debian:trixie-slim\nUSER «node:node»\n',
    'a user that is added only later': 'FROM alpine\nUSER «app»\nRUN adduser -D app\n',
    'a user that another stage has':
      'FROM alpine AS build\nRUN adduser -D app\nFROM alpine\nCOPY --from=build /app /app\nuser «app»\r\n',
    'a name out of a variable': 'FROM node:22-alpine\nARG OWNER=runner\nUSER «$OWNER»\n',
    'a user twice, once': 'FROM alpine\nUSER «app»\nRUN true\nUSER root\nUSER app\n',
    'a user in the stage that the target begins with': 'FROM node:22 AS base\nUSER «server»\nFROM base\nCMD ["node"]\n',
    'a user that a package does not bring': 'FROM alpine\nRUN apk add --no-cache curl\nUSER «web»\n',
  },
  leaves: {
    'users that the base has': 'FROM node:22-alpine\nUSER node\nUSER nobody\nUSER root\nUSER node:node\n',
    numbers: 'FROM scratch\nUSER 65532:65532\nUSER 1000\nUSER 0\n',
    'users that are added': 'FROM debian\nRUN groupadd -r app && useradd -r -g app app\nUSER app\n',
    'users that are added in other ways':
      'FROM alpine\nRUN addgroup -S app && adduser -S -G app app; echo "web:x:2:2::/:" >> /etc/passwd\nUSER app\nUSER web\n',
    'users of a variable': 'FROM alpine\nARG NAME\nRUN adduser -D "$NAME"\nUSER $NAME\n',
    'users that only the shell knows': 'FROM alpine\nRUN for u in app web; do adduser -D $u; done\nUSER app\n',
    'a variable without a value': 'FROM alpine\nARG NAME\nUSER $NAME\nUSER ${OTHER}\n',
    'a passwd file that is copied':
      'FROM alpine AS build\nFROM scratch\nCOPY --from=build /etc/passwd /etc/\nUSER app\n',
    'a root file system that is copied': 'FROM alpine AS build\nFROM scratch\nCOPY --from=build /out /\nUSER app\n',
    'users that packages bring':
      'FROM debian\nRUN apt-get update && apt-get install -y postgresql-17 nginx redis-server\nUSER postgres\nUSER redis\n',
    'scripts that may add users': 'FROM debian\nCOPY setup.sh .\nRUN ./setup.sh\nUSER app\n',
    'scripts for another shell': 'FROM alpine\nSHELL ["python3", "-c"]\nRUN import os\nUSER app\n',
    'bases with users that nobody knows': 'FROM postgres:17\nUSER postgres\nFROM example.org/app\nUSER app\n',
    'stages that are not shipped': 'FROM alpine AS build\nUSER app\nFROM alpine\nCOPY --from=build /a /a\n',
    'exec form': 'FROM alpine\nRUN ["adduser", "-D", "app"]\nUSER app\n',
    'here-documents': 'FROM debian\nRUN <<EOF\nuseradd --create-home app\nEOF\nUSER app\n',
    distroless: 'FROM gcr.io/distroless/static\nUSER nonroot:nonroot\n',
  },
})
