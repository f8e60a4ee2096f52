import { describeRule } from '../testing/describe-rule.ts'
import { shellFormWithoutShell } from './shell-form-without-shell.ts'

const build = 'FROM golang AS build\nRUN go build -o /app .\n'

describeRule(shellFormWithoutShell, {
  catches: {
    'ENTRYPOINT in scratch, and writes words as an array': {
      dockerfile: `${build}FROM scratch\nCOPY --from=build /app /app\nENTRYPOINT «/app --listen :80»\n`,
      messages: [/^ENTRYPOINT needs \/bin\/sh, which scratch does not have$/],
      fixedUnsafely: `${build}FROM scratch\nCOPY --from=build /app /app\nENTRYPOINT ["/app", "--listen", ":80"]\n`,
    },
    'CMD in distroless': {
      dockerfile: 'FROM gcr.io/distroless/static-debian12\nCOPY app /app\nCMD «/app»\n',
      messages: [/^CMD needs \/bin\/sh, which "gcr\.io\/distroless\/static-debian12" does not have$/],
      fixedUnsafely: 'FROM gcr.io/distroless/static-debian12\nCOPY app /app\nCMD ["/app"]\n',
    },
    'CMD that only a shell could run, without a fix':
      'FROM mcr.microsoft.com/dotnet/runtime-deps:9.0-noble-chiseled\nCMD «./app "$PORT"»\n',
    'a health check':
      'FROM scratch\nCOPY app /app\nHEALTHCHECK CMD «wget -q http://localhost/ || exit 1»\nCMD ["/app"]\n',
    'the first RUN, with a carriage return before the line end':
      'from scratch\r\ncopy app /app\r\n«run» chmod +x /app\r\nrun /app --version\r\n',
    'a RUN with a here-document': 'FROM scratch\nCOPY app /app\n«RUN» <<EOF\n/app --version\nEOF\n',
    'a RUN in a stage that the target needs, and the CMD behind it': {
      dockerfile: 'FROM scratch AS a\nCOPY x /x\n«RUN» /x\nFROM scratch\nCOPY --from=a /x /x\nCMD «/x»\n',
      fixedUnsafely: 'FROM scratch AS a\nCOPY x /x\nRUN /x\nFROM scratch\nCOPY --from=a /x /x\nCMD ["/x"]\n',
    },
    'a RUN and the CMD behind it': {
      dockerfile: 'FROM scratch\nCOPY x /x\n«RUN» chmod +x /x\nCMD «/x»\n',
      fixedUnsafely: 'FROM scratch\nCOPY x /x\nRUN chmod +x /x\nCMD ["/x"]\n',
    },
    'a stage that begins with another without a shell': {
      dockerfile: 'FROM scratch AS base\nCOPY app /app\nFROM base\nCMD «/app»\n',
      fixedUnsafely: 'FROM scratch AS base\nCOPY app /app\nFROM base\nCMD ["/app"]\n',
    },
    'CMD behind a launcher': {
      dockerfile: 'FROM scratch\nCOPY tini app /opt/\nENTRYPOINT ["/opt/tini", "--"]\nCMD «/opt/app»\n',
      fixedUnsafely: 'FROM scratch\nCOPY tini app /opt/\nENTRYPOINT ["/opt/tini", "--"]\nCMD ["/opt/app"]\n',
    },
  },
  leaves: {
    'the exec form':
      'FROM scratch\nCOPY app /app\nHEALTHCHECK CMD ["/app", "health"]\nENTRYPOINT ["/app"]\nCMD ["--verbose"]\n',
    'bases with a shell': 'FROM alpine\nRUN true\nCMD echo hello\n',
    'bases of which nothing is known': 'FROM example.org/base\nRUN true\nCMD echo hello\n',
    'debug variants, which have one elsewhere': 'FROM gcr.io/distroless/base:debug\nCMD echo hello\n',
    'another shell, which somebody chose':
      'FROM scratch\nCOPY busybox /busybox/sh\nSHELL ["/busybox/sh", "-c"]\nRUN true\nCMD echo hello\n',
    'a shell that is copied': 'FROM scratch\nCOPY --from=busybox:musl /bin/sh /bin/sh\nRUN true\nCMD echo hello\n',
    'folders that may hold one': 'FROM scratch\nCOPY --from=busybox / /\nCMD echo\n',
    'a root file system': 'FROM scratch\nADD alpine-minirootfs.tar.gz /\nRUN apk add curl\nCMD ["sh"]\n',
    'busybox, which links itself':
      'FROM scratch\nCOPY --from=busybox /bin/busybox /busybox\nRUN ["/busybox", "--install", "-s", "/bin"]\nCMD echo hello\n',
    'a shell that is mounted for one RUN':
      'FROM gcr.io/distroless/static\nRUN --mount=from=busybox:musl,src=/bin/,dst=/bin/ mkdir /data\nCMD ["/app"]\n',
    'a CMD that ENTRYPOINT takes for arguments: ShellFormArguments says so':
      'FROM scratch\nCOPY java /java\nENTRYPOINT ["/java"]\nCMD -jar app.jar\n',
    'a health check that is off': 'FROM scratch\nHEALTHCHECK NONE\nCMD ["/app"]\n',
    'commands that a later one takes the place of': 'FROM scratch\nCMD /app\nCMD ["/app"]\n',
    'stages that are not needed': 'FROM scratch AS a\nRUN true\nFROM alpine\n',
    ONBUILD: 'FROM scratch\nONBUILD RUN true\nCMD ["/app"]\n',
  },
})
