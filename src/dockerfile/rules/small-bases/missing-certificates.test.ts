import { describeRule } from '../testing/describe-rule.ts'
import { missingCertificates } from './missing-certificates.ts'

const build = 'FROM golang:1.27 AS build\nRUN CGO_ENABLED=0 go build -o /app .\n'

describeRule(missingCertificates, {
  catches: {
    'a Go program in scratch': {
      dockerfile: `${build}FROM «scratch»\n# the program\nCOPY --from=build /app /app\nCMD ["/app"]\n`,
      messages: [/^the image has no CA certificates, which a Go program needs for TLS$/],
      fixedUnsafely: `${build}FROM scratch\nCOPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\n# the program\nCOPY --from=build /app /app\nCMD ["/app"]\n`,
    },
    'an address in ENV': {
      dockerfile: `${build}FROM «scratch»\nENV API=https://api.example.org/v1\nCOPY --from=build /app /app\n`,
      messages: [/^the image has no CA certificates, and "https:\/\/api\.example\.org\/v1" asks for TLS$/],
      fixedUnsafely: `${build}FROM scratch\nENV API=https://api.example.org/v1\nCOPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\nCOPY --from=build /app /app\n`,
    },
    'an address in the command, with other cases and line ends': {
      dockerfile:
        'from rust as build\r\nrun cargo build --release\r\nfrom «debian:trixie-slim»\r\ncopy --from=build /target/release/app /app\r\ncmd ["/app", "--hook=wss://example.org"]\r\n',
      messages: [/"--hook=wss:/],
      fixedUnsafely:
        'from rust as build\r\nrun cargo build --release\r\nfrom debian:trixie-slim\r\ncopy --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\r\ncopy --from=build /target/release/app /app\r\ncmd ["/app", "--hook=wss://example.org"]\r\n',
    },
    'a stage whose own certificates are not known, without a fix':
      'FROM example.org/go AS build\nRUN go build -o /app\nFROM «scratch»\nCOPY --from=build /app /app\n',
    'the base of the stage below': {
      dockerfile: `${build}FROM «scratch» AS base\nUSER 1000\nFROM base\nCOPY --from=0 /app /app\n`,
      fixedUnsafely: `${build}FROM scratch AS base\nUSER 1000\nFROM base\nCOPY --from=0 /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\nCOPY --from=0 /app /app\n`,
    },
  },
  leaves: {
    'certificates that are copied': `${build}FROM scratch\nCOPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\nCOPY --from=build /app /app\n`,
    'certificates under another name': `${build}FROM scratch\nCOPY roots.pem /etc/roots.pem\nCOPY --from=build /app /app\n`,
    'certificates that are installed': `${build}FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y ca-certificates\nCOPY --from=build /app /app\n`,
    'packages that may bring them': `${build}FROM debian:trixie-slim\nRUN apt-get update && apt-get install -y curl\nCOPY --from=build /app /app\n`,
    'a place that ENV names': `${build}FROM scratch\nENV SSL_CERT_FILE=/mnt/roots.crt\nCOPY --from=build /app /app\n`,
    'a root file system': `${build}FROM scratch\nCOPY --from=build /out /\nCOPY --from=build /app /app\n`,
    'bases that have them': `${build}FROM alpine\nCOPY --from=build /app /app\nFROM gcr.io/distroless/static\nCOPY --from=build /app /app\n`,
    'bases of which nothing is known': `${build}FROM example.org/base\nCOPY --from=build /app /app\n`,
    'programs of C, and files':
      'FROM gcc AS build\nRUN gcc -static -o /app a.c\nFROM scratch\nCOPY --from=build /app /app\n',
    'files of a stage that compiles': `${build}FROM scratch\nCOPY --from=build /usr/share/app/index.html /index.html\n`,
    'a program that brings them along': {
      dockerfile: `${build}FROM scratch\nCOPY --from=build /app /app\n`,
      context: { 'main.go': 'package main\n\nimport _ "golang.org/x/crypto/x509roots/fallback"\n' },
    },
    'a crate that brings them along': {
      dockerfile: 'FROM rust AS build\nRUN cargo build\nFROM scratch\nCOPY --from=build /target/debug/app /app\n',
      context: { 'Cargo.lock': '[[package]]\nname = "webpki-roots"\n' },
    },
    'Node.js, which has its own': 'FROM node:24-slim\nCOPY . .\nENV API=https://example.org\nCMD ["node", "."]\n',
  },
})
