import { describeRule } from '../testing/describe-rule.ts'
import { baseEntrypointRepeated } from './base-entrypoint-repeated.ts'

describeRule(baseEntrypointRepeated, {
  catches: {
    'node on distroless Node.js': {
      dockerfile: 'FROM gcr.io/distroless/nodejs22-debian12\nCOPY . /app\nCMD [«"node"», "server.js"]\n',
      messages: [/^"node" is an argument of \/nodejs\/bin\/node here, which the base starts$/],
      fixedUnsafely: 'FROM gcr.io/distroless/nodejs22-debian12\nCOPY . /app\nCMD ["server.js"]\n',
    },
    'java -jar on distroless Java': {
      dockerfile: 'from gcr.io/distroless/java21-debian12:nonroot\r\ncmd [ «"java"», "-jar", "/app.jar" ]\r\n',
      fixedUnsafely: 'from gcr.io/distroless/java21-debian12:nonroot\r\ncmd [ "/app.jar" ]\r\n',
    },
    'python on distroless Python': {
      dockerfile: 'FROM gcr.io/distroless/python3-debian12\nCMD [«"python"», "-m", "app"]\n',
      fixedUnsafely: 'FROM gcr.io/distroless/python3-debian12\nCMD ["-m", "app"]\n',
    },
    'another program, without a fix': 'FROM gcr.io/distroless/nodejs24-debian13\nCMD [«"npm"», "start"]\n',
    'the program alone, without a fix': 'FROM cgr.dev/chainguard/node\nCMD [«"/usr/bin/node"»]\n',
    'in a stage that begins with another': {
      dockerfile: 'FROM gcr.io/distroless/nodejs22-debian12 AS base\nFROM base\nCMD [«"node"», "a.js"]\n',
      fixedUnsafely: 'FROM gcr.io/distroless/nodejs22-debian12 AS base\nFROM base\nCMD ["a.js"]\n',
    },
  },
  leaves: {
    arguments:
      'FROM gcr.io/distroless/nodejs22-debian12\nCMD ["server.js"]\nFROM gcr.io/distroless/java21\nCMD ["app.jar"]\n',
    'files of that name': 'FROM gcr.io/distroless/nodejs22-debian12\nCMD ["./node", "next/server.js"]\n',
    'an ENTRYPOINT of its own': 'FROM gcr.io/distroless/nodejs22-debian12\nENTRYPOINT []\nCMD ["node", "a.js"]\n',
    'images whose ENTRYPOINT runs what it gets': 'FROM node:24\nCMD ["node", "a.js"]\n',
    'images without one': 'FROM gcr.io/distroless/cc\nCMD ["node"]\nFROM scratch\nCMD ["java"]\n',
    'the shell form, which is another rule': 'FROM gcr.io/distroless/nodejs22-debian12\nCMD node a.js\n',
    'other stages': 'FROM gcr.io/distroless/nodejs22-debian12 AS a\nCMD ["node", "a.js"]\nFROM alpine\n',
  },
})
