import { describeRule } from '../testing/describe-rule.ts'
import { shellSyntaxInExecForm } from './shell-syntax-in-exec-form.ts'

describeRule(shellSyntaxInExecForm, {
  catches: {
    'a variable, and lets a shell replace it': {
      dockerfile: 'FROM node:22\nCMD ["node", «"${APP}"», "--port=$PORT"]\n',
      messages: [/\$\{APP\}.*no shell/],
      fixedUnsafely: 'FROM node:22\nCMD ["sh", "-c", "exec node \\"${APP}\\" \\"--port=$PORT\\""]\n',
    },
    'one in RUN, HEALTHCHECK and ENTRYPOINT, where the base may have no shell': {
      dockerfile:
        'FROM example.com/a\nRUN ["echo", «"$HOME"»]\nHEALTHCHECK CMD ["curl", «"http://localhost:${PORT}/"»]\nENTRYPOINT ["/app", «"$MODE"»]\n',
    },
    'one behind a wrapper, which is no shell': 'FROM scratch\nENTRYPOINT ["/tini", "--", "/app", «"$MODE"»]\n',
    'operators, where all words are arguments of the first program': {
      dockerfile: 'FROM debian\nRUN ["apt-get", "update", «"&&"», "apt-get", "install", "-y", "curl"]\n',
      messages: [/"&&" is an argument/],
    },
    'a substitution': 'FROM debian\nCMD ["echo", «"$(date) now"»]\r\n',
  },
  leaves: {
    'the shell form, and shells in the exec form':
      'FROM node\nRUN echo $HOME\nCMD ["sh", "-c", "node $APP"]\nENTRYPOINT ["/bin/bash", "-lc", "exec $0 $@"]\nHEALTHCHECK CMD ["tini", "--", "sh", "-c", "x $A"]',
    'a dollar sign that begins no variable': 'FROM debian\nCMD ["grep", "-E", "a$", "$1", "US$ 5"]',
    'programs that read variables themselves': `FROM nginx\nCMD ["envsubst", "$HOST"]\nRUN ["awk", "{ print $NF }", "x"]`,
    'arguments of an entrypoint of the file': 'FROM node\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["node", "$APP"]',
    'settings that Spring replaces':
      'FROM eclipse-temurin:21\nCMD ["java", "-Da=${B}", "-jar", "a.jar", "--server.port=${PORT}"]',
    'other shells':
      'FROM mcr.microsoft.com/windows/nanoserver\nCMD ["cmd", "/c", "echo", "$A"]\nRUN ["pwsh", "-c", "$env:A"]',
    'stages that the build does not need': 'FROM node AS a\nCMD ["node", "$APP"]\nFROM scratch',
  },
})
