import { describeRule } from '../testing/describe-rule.ts'
import { buildToolsShipped } from './build-tools-shipped.ts'

describeRule(buildToolsShipped, {
  catches: {
    'a Go program in one stage': {
      dockerfile:
        'FROM golang:1.25\nWORKDIR /src\nCOPY . .\nRUN go mod download && CGO_ENABLED=0 «go build» -o /app .\nCMD ["/app"]\n',
      messages: [/with the Go compiler and the source$/],
    },
    'a Rust program, and options before the action':
      'FROM rust\nRUN «cargo build» --release\nENTRYPOINT ["./target/release/a"]\n',
    'Maven, by its wrapper, in the exec form and in the shell form':
      'FROM eclipse-temurin:21\nRUN [«"./mvnw", "-B", "package"»]\nCMD java -jar target/a.jar\n',
    'Gradle with the path of a task':
      'FROM gradle:9\nRUN «gradle --no-daemon :app:bootJar»\nCMD ["java", "-jar", "a.jar"]\n',
    '.NET':
      'FROM mcr.microsoft.com/dotnet/sdk:10.0\nRUN «dotnet publish» -c Release -o out\nENTRYPOINT ["dotnet", "out/a.dll"]\n',
    'scripts of package.json': 'FROM node:22-slim\nRUN npm ci && «npm run build»\nCMD ["node", "dist/main.js"]\n',
    'C, in a stage that the last one begins with': 'FROM gcc AS a\nRUN «gcc» -o /x x.c\nFROM a\nCMD ["/x"]\n',
    'compilers that are installed for something else': {
      dockerfile:
        'FROM python:3.13-slim\nRUN apt-get update && apt-get install -y «build-essential» libpq-dev\nRUN pip install psycopg2\nCMD ["python", "a.py"]\n',
      messages: [/^build-essential stays/],
    },
    'apk with a version': 'FROM alpine\nRUN apk add «gcc=15.2.0-r2» musl-dev\nCMD ["/a"]\n',
    'make where a compiler is installed, and in a base that starts a server': {
      dockerfile: 'FROM ubuntu\nRUN apt-get install -y build-essential\nRUN «make»\nCMD ["./a"]\n',
      messages: [/with compilers and headers$/],
    },
    'a compiler in a base that starts a server by itself':
      'FROM php:8.4-apache\nRUN apt-get install -y «gcc»\nCOPY . .\n',
    'once, the first one': 'FROM golang\nRUN «go build» ./a\nRUN go build ./b\nCMD ["./a"]\n',
  },
  leaves: {
    'the builder pattern':
      'FROM golang AS build\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /\nENTRYPOINT ["/app"]\n',
    'compilers that the same RUN removes':
      'FROM alpine\nRUN apk add --virtual .deps gcc musl-dev && make && apk del .deps\nCMD ["/a"]\n',
    'compilers that a later RUN removes, of which another rule speaks':
      'FROM alpine\nRUN apk add g++ && apk add --virtual .b gcc\nRUN pip install x\nRUN apk del g++ .b\nCMD ["/a"]\n',
    'images for development': 'FROM golang AS dev\nRUN go build .\nCMD ["./a"]\n',
    'images to work in': 'FROM golang\nRUN go install github.com/air-verse/air@v1.63.0\nCMD ["air"]\n',
    'images that build when they start': 'FROM node\nRUN npm run build:css\nCMD ["npm", "run", "dev"]\n',
    'images for other images': 'FROM debian\nRUN apt-get update && apt-get install -y build-essential\n',
    shells: 'FROM ubuntu\nRUN apt-get install -y gcc make\nCMD ["/bin/bash"]\n',
    'versions that are shown': 'FROM node\nRUN go version && cargo --version && npm --version\nCMD ["node", "a.js"]\n',
    'what may be passed over': 'FROM node\nRUN test -d dist || npm run build\nCMD ["node", "a.js"]\n',
    'packages that only look like compilers':
      'FROM debian\nRUN apt-get install -y gcc-12-base libgcc-s1 gosu\nCMD ["a"]\n',
  },
})
