import { describeRule } from '../testing/describe-rule.ts'
import { mistypedImageName } from './mistyped-image-name.ts'

describeRule(mistypedImageName, {
  catches: {
    'names of official images': {
      dockerfile:
        'FROM «pyhton»:3.13-slim\nFROM docker.io/library/«ndoe»\r\nFROM «ubunut»\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n',
      messages: [/^the image pyhton looks like a slip of python$/],
      fixedUnsafely:
        'FROM python:3.13-slim\nFROM docker.io/library/node\r\nFROM ubuntu\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n',
    },
    'words of tags': {
      dockerfile: 'FROM node:22-«apline»3.20\nCOPY --from=golang:1.25-«bookwrom» /a /a\n',
      messages: [/^the tag word apline looks like a slip of alpine$/],
      fixedUnsafely: 'FROM node:22-alpine3.20\nCOPY --from=golang:1.25-bookworm /a /a\n',
    },
    mounts: {
      dockerfile: 'FROM debian\nRUN --mount=from=«busybxo»,target=/b a\n',
      fixedUnsafely: 'FROM debian\nRUN --mount=from=busybox,target=/b a\n',
    },
    'a name in a variable, without a fix': 'ARG BASE=pyhton:3\nFROM «$BASE»\n',
  },
  leaves: {
    'names that are right':
      'FROM node:22-alpine3.20\nFROM postgres:17-bookworm\nFROM mongo\nFROM rust:1-slim-trixie\nFROM php:8-fpm\nFROM r-base\nFROM scratch',
    'images of others': 'FROM example.com/pyhton\nFROM myorg/ndoe:apline\nFROM ghcr.io/a/golagn\nFROM localhost/ubunut',
    'images that nobody knows': 'FROM mybase\nFROM api\nFROM nodes:1',
    'tags of versions': 'FROM node:22.1.0-rc1\nFROM golang:1.25rc2-trixie\nFROM python:3.14.0a1-slim',
    digests: 'FROM pyhton@sha256:1c18d9ab3af4585870b92e4dbc5cac5a0dc77dd13df1a5905cea89fc720eb05b',
    stages: 'FROM debian AS ndoe\nFROM ndoe\nCOPY --from=ndoe /a /b',
    'stages that the build does not need': 'FROM pyhton AS a\nFROM scratch',
  },
})
