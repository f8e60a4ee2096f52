import { describeRule } from '../testing/describe-rule.ts'
import { missingTimeZones } from './missing-time-zones.ts'

describeRule(missingTimeZones, {
  catches: {
    'Alpine, and installs them': {
      dockerfile: 'FROM alpine:3.23\n# where we are\nENV LANG=C «TZ=Europe/Berlin»\nCMD ["app"]\n',
      messages: [/^TZ asks for "Europe\/Berlin", and the image has no time zones$/],
      fixedUnsafely:
        'FROM alpine:3.23\nRUN apk add --no-cache tzdata\n# where we are\nENV LANG=C TZ=Europe/Berlin\nCMD ["app"]\n',
    },
    'the old form of ENV, in lower case': {
      dockerfile: 'from golang:alpine\r\nenv «TZ Asia/Kolkata»\r\n',
      fixedUnsafely: 'from golang:alpine\r\nrun apk add --no-cache tzdata\r\nenv TZ Asia/Kolkata\r\n',
    },
    scratch: 'FROM scratch\nCOPY app /app\nENV «TZ=America/Argentina/Buenos_Aires»\n',
    'Ubuntu, where nothing is installed': 'FROM ubuntu:24.04\nENV «TZ="Europe/Paris"»\nCOPY app /app\n',
    'another user than root, who cannot install': 'FROM alpine\nUSER nobody\nENV «TZ=Europe/Rome»\n',
    'a variable with a value': {
      dockerfile: 'FROM alpine\nARG ZONE=Europe/Oslo\nENV «TZ=$ZONE»\n',
      fixedUnsafely: 'FROM alpine\nARG ZONE=Europe/Oslo\nRUN apk add --no-cache tzdata\nENV TZ=$ZONE\n',
    },
  },
  leaves: {
    'time zones that are installed': 'FROM alpine\nRUN apk add --no-cache tzdata\nENV TZ=Europe/Berlin\n',
    'time zones that are copied':
      'FROM golang AS build\nFROM scratch\nCOPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo\nENV TZ=Europe/Berlin\n',
    'one time zone that is copied':
      'FROM alpine AS a\nFROM scratch\nCOPY --from=a /usr/share/zoneinfo/Europe/Berlin /etc/localtime\nENV TZ=Europe/Berlin\n',
    'packages of Ubuntu that may need them':
      'FROM ubuntu\nENV TZ=Europe/Berlin\nRUN apt-get update && apt-get install -y python3\n',
    'UTC, and rules': 'FROM alpine\nENV TZ=UTC\nFROM alpine\nENV TZ=Etc/UTC\nFROM alpine\nENV TZ=CET-1CEST\n',
    'bases that have them': 'FROM debian:trixie-slim\nENV TZ=Europe/Berlin\n',
    'Python and nginx on Alpine, which have them': 'FROM nginx:alpine\nENV TZ=Europe/Berlin\n',
    'programs that have them in themselves': 'FROM node:24-alpine\nENV TZ=Europe/Berlin\n',
    'Go that has them in the program':
      'FROM golang AS build\nRUN go build -tags timetzdata -o /app\nFROM scratch\nCOPY --from=build /app /app\nENV TZ=Europe/Berlin\n',
    'Go that imports them': {
      dockerfile:
        'FROM golang AS build\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\nENV TZ=Europe/Berlin\n',
      context: { 'cmd/app/main.go': 'package main\n\nimport _ "time/tzdata"\n' },
    },
    'another place for them': 'FROM scratch\nENV ZONEINFO=/zones.zip TZ=Europe/Berlin\n',
    'a value that is not known': 'FROM alpine\nARG ZONE\nENV TZ=$ZONE\n',
    'bases of which nothing is known': 'FROM example.org/app\nENV TZ=Europe/Berlin\n',
    'other stages': 'FROM alpine AS a\nENV TZ=Europe/Berlin\nFROM alpine\nCOPY --from=a /a /a\n',
  },
})
