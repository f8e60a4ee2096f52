import { describeRule } from '../testing/describe-rule.ts'
import { programMissing } from './program-missing.ts'

describeRule(programMissing, {
  catches: {
    'interpreters that the base does not have': {
      dockerfile: 'FROM debian\r\ncmd [«"node"», "server.js"]\r\n',
      messages: [/^nothing put node into/],
    },
    'programs in the shell form and behind a wrapper': 'FROM alpine AS a\nFROM a\nCMD exec «python3» a.py && b\n',
    'a program of another stage':
      'FROM debian AS a\nRUN apt-get update && apt-get install -y git\nFROM debian\nCOPY --from=a /a /a\nENTRYPOINT [«"git"», "daemon"]\n',
    'programs of scratch, by their path': {
      dockerfile:
        'FROM golang AS a\nRUN go build -o /bin/app\nFROM scratch\nCOPY --from=a /bin/app /app\nENTRYPOINT [«"/server"», "run"]\n',
      messages: [/^nothing put \/server into the image$/],
    },
    'programs of scratch that are not in PATH': 'FROM scratch\nCOPY bin/app /opt/bin/app\nCMD [«"app"»]\n',
    'empty bases': 'FROM gcr.io/distroless/static-debian12\nCOPY target/release/app /\nCMD [«"/ap"»]\n',
  },
  leaves: {
    'what the base has': 'FROM node\nCMD ["node", "a.js"]',
    'what is installed before': 'FROM alpine\nRUN apk add build-base python3\nCMD ["python3", "a"]',
    'what is copied':
      'FROM debian\nCOPY --from=b /usr/bin/jq /usr/bin/\nCMD ["jq"]\nFROM scratch\nCOPY --from=c /out/app /usr/bin/app\nENTRYPOINT ["app"]',
    'what may have been copied to scratch':
      'FROM scratch\nCOPY --from=a /out /\nCMD ["/app"]\nFROM scratch\nADD rootfs.tar /\nCMD ["/bin/sh"]\nFROM scratch\nCOPY --from=a /out/* /bin/\nCMD ["x"]\nFROM scratch\nENV PATH=/app\nCOPY app /app/\nCMD ["app"]\nFROM scratch\nWORKDIR /x\nCOPY app .\nCMD ["./app"]',
    'bases that are not known': 'FROM example.com/a\nCMD ["node"]',
    'scripts that look first': 'FROM debian\nCMD if command -v node; then node a; else b; fi',
    'RUN, where another rule speaks': 'FROM debian\nRUN curl a',
    'programs with names of their own': 'FROM debian\nRUN pip install supervisor\nCMD ["supervisord"]\nCMD ["myapp"]',
    'arguments of an entrypoint': 'FROM debian\nENTRYPOINT ["/entry.sh"]\nCMD ["node", "a"]',
    'health checks, where another rule speaks': 'FROM debian\nHEALTHCHECK CMD curl a',
    'stages that the build does not need': 'FROM debian AS a\nCMD ["node"]\nFROM scratch',
  },
})
