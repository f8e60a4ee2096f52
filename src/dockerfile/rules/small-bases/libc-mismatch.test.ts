import { describeRule } from '../testing/describe-rule.ts'
import { libcMismatch } from './libc-mismatch.ts'

const goOnDebian = 'FROM golang:1.27 AS build\nRUN go build -o /app .\n'

describeRule(libcMismatch, {
  catches: {
    'a Go program of Debian on Alpine': {
      dockerfile: `${goOnDebian}FROM alpine:3.23\nCOPY --from=build «/app /app»\nCMD ["/app"]\n`,
      messages: [/^the Go program is linked with glibc, and "alpine:3\.23" has musl$/],
    },
    'a Rust program of Debian on Alpine': `FROM rust AS build\nWORKDIR /src\nRUN cargo build --release\nFROM alpine\nRUN apk add --no-cache ca-certificates\nCOPY --from=build «/src/target/release/app /app»\n`,
    'a C program of Alpine on Debian': `from alpine as build\r\nrun apk add gcc musl-dev && gcc -o /app main.c\r\nfrom debian:trixie-slim\r\ncopy --from=build «/app /app»\r\n`,
    'a Java runtime of Alpine on Debian': {
      dockerfile:
        'FROM eclipse-temurin:21-jdk-alpine AS jre\nRUN $JAVA_HOME/bin/jlink --add-modules java.base --output /runtime\nFROM debian:bookworm-slim\nCOPY --from=jre «/runtime /opt/java»\n',
      messages: [/^the Java runtime is linked with musl/],
    },
    'a program of a newer glibc than the base has': {
      dockerfile:
        'FROM rust:1.90-bookworm AS build\nWORKDIR /src\nRUN cargo build --release\nFROM debian:bullseye-slim\nCOPY --from=build «/src/target/release/app /app»\n',
      messages: [/^the Rust program is linked with glibc 2\.36, and "debian:bullseye-slim" has glibc 2\.31$/],
    },
    'a newer glibc, by the release of the compiler':
      'FROM rust:1.75 AS build\nWORKDIR /src\nRUN cargo build --release\nFROM debian:buster-slim\nCOPY --from=build «/src/target/release/app /app»\n',
    'modules of Node.js with native code, by the lock file': {
      dockerfile:
        'FROM node:24 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nFROM node:24-alpine\nCOPY --from=deps «/app/node_modules ./node_modules»\n',
      context: { 'package.json': '{}', 'package-lock.json': '{"packages":{"node_modules/better-sqlite3":{}}}' },
      messages: [
        /^modules of Node\.js, "better-sqlite3" among them, were installed on glibc, and "node:24-alpine" has musl$/,
      ],
    },
    'modules in the folder of the application, where no lock file tells':
      'FROM node:24-alpine AS build\nWORKDIR /app\nRUN npm install\nFROM node:24-slim\nCOPY --from=build «/app .»\n',
    'a virtual environment': {
      dockerfile:
        'FROM python:3.14 AS build\nRUN python -m venv /venv && /venv/bin/pip install -r requirements.txt\nFROM python:3.14-alpine\nCOPY --from=build «/venv /venv»\n',
      context: { 'requirements.txt': 'flask\npydantic==2.12\n' },
      messages: [/^packages of Python, "pydantic" among them,/],
    },
    'packages of uv, of pip and of bundler':
      'FROM python:3.14 AS a\nWORKDIR /app\nRUN uv sync --locked\nFROM python:3.14 AS b\nRUN pip install --target /deps -r requirements.txt\nFROM ruby:3.4 AS c\nRUN bundle install\nFROM alpine\nRUN apk add --no-cache python3 ruby\nCOPY --from=a «/app/.venv /app/.venv»\nCOPY --from=b «/deps /deps»\nCOPY --from=c «/usr/local/bundle /usr/local/bundle»\n',
    'the runtime of an image': {
      dockerfile:
        'FROM alpine\nCOPY --from=node:24 «/usr/local/bin/node /usr/local/bin/»\nCOPY --from=eclipse-temurin:21 «/opt/java/openjdk /opt/java/openjdk»\n',
      messages: [/^Node\.js is of an image with glibc/, /^the Java runtime is of an image with glibc/],
    },
    'a stage in between': {
      dockerfile: `${goOnDebian}FROM build AS more\nRUN mv /app /usr/local/bin/tool\nFROM alpine\nCOPY --from=more «/usr/local/bin/tool /bin/»\n`,
    },
  },
  leaves: {
    'one C library on both sides':
      'FROM golang:alpine AS build\nRUN apk add gcc && go build -o /app .\nFROM alpine\nCOPY --from=build /app /app\n',
    'static programs':
      'FROM golang AS build\nENV CGO_ENABLED=0\nRUN go build -o /app .\nFROM alpine\nCOPY --from=build /app /app\n',
    'glibc for Alpine': `${goOnDebian}FROM alpine\nRUN apk add --no-cache gcompat\nCOPY --from=build /app /app\n`,
    'a loader that comes along': `${goOnDebian}FROM alpine\nCOPY --from=build /lib64/ld-linux-x86-64.so.2 /lib64/\nCOPY --from=build /app /app\n`,
    'scratch, which is another rule': `${goOnDebian}FROM scratch\nCOPY --from=build /app /app\n`,
    'JavaScript that was built':
      'FROM node:24 AS build\nWORKDIR /app\nRUN npm ci && npm run build\nFROM nginx:alpine\nCOPY --from=build /app/dist /usr/share/nginx/html\n',
    'modules that a web server gets with a folder around them':
      'FROM node:24 AS build\nWORKDIR /app\nRUN npm ci && npm run build\nFROM nginx:alpine\nCOPY --from=build /app /usr/share/nginx/html\n',
    'a jar':
      'FROM maven:3 AS build\nWORKDIR /app\nRUN mvn package\nFROM eclipse-temurin:21-jre-alpine\nCOPY --from=build /app/target/app.jar /app.jar\n',
    'modules without native code': {
      dockerfile:
        'FROM node:24 AS deps\nWORKDIR /app\nRUN npm ci\nFROM node:24-alpine\nCOPY --from=deps /app/node_modules ./node_modules\n',
      context: {
        'package.json': '{"dependencies":{"express":"5"}}',
        'package-lock.json': '{"packages":{"node_modules/express":{}}}',
      },
    },
    'modules for another C library':
      'FROM node:24 AS deps\nWORKDIR /app\nRUN npm ci --libc=musl --os=linux\nFROM node:24-alpine\nCOPY --from=deps /app/node_modules ./node_modules\n',
    'the same release of glibc, and a newer one':
      'FROM rust:1-bookworm AS a\nRUN cargo build --release\nFROM rust:1-bullseye AS b\nRUN cargo build --release\nFROM debian:bookworm\nCOPY --from=a /target/release/a /a\nCOPY --from=b /target/release/b /b\n',
    'releases of glibc that may do':
      'FROM gcc:15-trixie AS build\nRUN gcc -o /a a.c\nFROM ubuntu:22.04\nCOPY --from=build /a /a\n',
    'bases of which nothing is known': `${goOnDebian}FROM example.org/base\nCOPY --from=build /app /app\n`,
    'programs of other images that may be static':
      'FROM alpine\nCOPY --from=golang:1.27 /usr/local/go/bin/go /bin/\nCOPY --from=docker:cli /usr/local/bin/docker /bin/\n',
    'packages of PHP':
      'FROM composer AS build\nWORKDIR /app\nRUN composer install\nFROM php:8.4-apache\nCOPY --from=build /app/vendor ./vendor\n',
    'stages that are not shipped': `${goOnDebian}FROM alpine AS other\nCOPY --from=build /app /app\nFROM debian\nCOPY --from=other /etc/hosts /x\n`,
  },
})
