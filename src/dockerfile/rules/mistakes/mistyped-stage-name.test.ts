import { describeRule } from '../testing/describe-rule.ts'
import { mistypedStageName } from './mistyped-stage-name.ts'

describeRule(mistypedStageName, {
  catches: {
    'a stage of another name': {
      dockerfile: 'FROM golang AS builder\nFROM debian\nCOPY --from=«build» /a /a\n',
      messages: [/^no stage above is called "build"$/],
      fixedUnsafely: 'FROM golang AS builder\nFROM debian\nCOPY --from=builder /a /a\n',
    },
    'mounts and FROM, in any case': {
      dockerfile: 'from node as Deps\r\nfrom «Dep»\r\nrun --mount=type=bind,from=«depss»,target=/a b\r\n',
      fixedUnsafely: 'from node as Deps\r\nfrom deps\r\nrun --mount=type=bind,from=deps,target=/a b\r\n',
    },
    'the beginning of a name': {
      dockerfile: 'FROM node AS web\nFROM golang AS build-environment\nFROM debian\nCOPY --from=«build» /a /a\n',
      fixedUnsafely:
        'FROM node AS web\nFROM golang AS build-environment\nFROM debian\nCOPY --from=build-environment /a /a\n',
    },
    'a stage without a name': {
      dockerfile: 'FROM golang:1.25\nRUN a\nFROM scratch\nCOPY --from=«builder» /a /a\n',
      messages: [/the one above has no name/],
      fixedUnsafely: 'FROM golang:1.25 AS builder\nRUN a\nFROM scratch\nCOPY --from=builder /a /a\n',
    },
    'FROM of a stage that comes later': 'FROM «runtime» AS a\nFROM debian AS runtime\nCOPY --from=a /a /a\n',
  },
  leaves: {
    'stages, by name and number':
      'FROM golang AS build\nFROM build AS b\nCOPY --from=Build /a /a\nCOPY --from=0 /b /b\nRUN --mount=from=build,target=/a b',
    images:
      'FROM golang AS nginx-build\nFROM debian\nCOPY --from=nginx /a /a\nCOPY --from=composer /usr/bin/composer /a\nCOPY --from=ghcr.io/a/builde /a /a\nCOPY --from=nginx-buil:1 /a /a',
    'names that are like no stage':
      'FROM golang AS build\nFROM debian\nCOPY --from=tools /a /a\nRUN --mount=from=cache,target=/a b',
    'a local image, where stages have no names': 'FROM golang\nFROM debian\nCOPY --from=mytools /a /a',
    'what the reader reports':
      'FROM golang AS a\nCOPY --from=builder /a /a\nFROM debian AS builder\nCOPY --from=7 /a /b\nCOPY --from=a /b /b',
    'stages that the build does not need':
      'FROM golang AS builder\nFROM debian AS x\nCOPY --from=build /a /a\nFROM scratch',
  },
})
