import { describeRule } from '../testing/describe-rule.ts'
import { jsonArgsRecommended } from './json-args-recommended.ts'

const base = { environment: new Map<string, string>(), triggers: [] }

describeRule(jsonArgsRecommended, {
  catches: {
    'CMD in the shell form': {
      dockerfile: 'FROM node\nCMD «node server.js --port 80»\n',
      messages: [/^CMD is in the shell form$/],
      fixed: 'FROM node\nCMD ["node", "server.js", "--port", "80"]\n',
    },
    'quotes, which become JSON': {
      dockerfile: `FROM a\nENTRYPOINT «echo "a  b" 'c"d' e\\ f \\\\ ''»\n`,
      fixed: 'FROM a\nENTRYPOINT ["echo", "a  b", "c\\"d", "e f", "\\\\", ""]\n',
    },
    'a command in several lines, whose layout it keeps': {
      dockerfile: 'FROM a\nCMD «gunicorn app \\\n    --bind 0.0.0.0:80 \\\n    --workers 2»\n',
      fixed: 'FROM a\nCMD ["gunicorn", "app", \\\n    "--bind", "0.0.0.0:80", \\\n    "--workers", "2"]\n',
    },
    'exec, which nothing needs in the exec form': {
      dockerfile: 'FROM a\nCMD «exec nginx -g "daemon off;"»\n',
      fixed: 'FROM a\nCMD ["nginx", "-g", "daemon off;"]\n',
    },
    'variables, for which a shell is needed': {
      dockerfile: 'FROM a\nCMD «java $JAVA_OPTS -jar a.jar»\n',
      fixedUnsafely: 'FROM a\nCMD ["/bin/sh", "-c", "exec java $JAVA_OPTS -jar a.jar"]\n',
    },
    'several commands, of which the last takes the place of the shell': {
      dockerfile: 'FROM a\nCMD «./migrate && \\\n  ./serve "$PORT"»\n',
      fixedUnsafely: 'FROM a\nCMD ["/bin/sh", "-c", "./migrate &&   exec ./serve \\"$PORT\\""]\n',
    },
    'an exec behind other commands': {
      dockerfile: 'FROM a\nCMD «cd /a; exec ./b >log»\n',
      fixedUnsafely: 'FROM a\nCMD ["/bin/sh", "-c", "cd /a; exec ./b >log"]\n',
    },
    'what only a shell can end, which it does not mend':
      'FROM a\nCMD «a | b»\nFROM a\nCMD «a || b»\nFROM a\nCMD «a &»\nFROM a\nCMD «A=1 b»\nFROM a\nCMD «cd a»\nFROM a\nCMD «(a)»\n' +
      'FROM a\nCMD «if a; then b; fi»\nFROM a\nCMD «a; wait»\nFROM a\nCMD «a "»\n',
    'a comment in the middle, which it keeps': 'FROM a\nCMD «b \\\n# why\n  c»\n',
    'an ENTRYPOINT that begins to get a CMD': {
      dockerfile: 'FROM a\nENTRYPOINT «b»\nCMD ["c"]\n',
      fixedUnsafely: 'FROM a\nENTRYPOINT ["b"]\nCMD ["c"]\n',
    },
    'an ENTRYPOINT that would get the shell of a CMD as its arguments': 'FROM a\nENTRYPOINT «b»\nCMD «-version»\n',
    'a CMD that an ENTRYPOINT gets': {
      dockerfile: 'FROM a\nENTRYPOINT ["b"]\nCMD «c»\n',
      fixedUnsafely: 'FROM a\nENTRYPOINT ["b"]\nCMD ["c"]\n',
    },
    'a CMD that another stage takes over': {
      dockerfile: 'FROM a AS b\nCMD «c»\nFROM b\nENTRYPOINT ["d"]\n',
      fixedUnsafely: 'FROM a AS b\nCMD ["c"]\nFROM b\nENTRYPOINT ["d"]\n',
    },
    'a command before SHELL': {
      dockerfile: 'FROM a\nCMD «b»\nSHELL ["bash", "-c"]\n',
      fixed: 'FROM a\nCMD ["b"]\nSHELL ["bash", "-c"]\n',
    },
    'a trigger where it is run': 'FROM a AS b\nONBUILD CMD c\nFROM «b»\n',
    'no command at all': 'FROM a\n«CMD»\n',
    'a command of Windows, which it does not mend':
      'FROM mcr.microsoft.com/windows/nanoserver:ltsc2025\nCMD «ping localhost»\n',
    'an array in single quotes': {
      dockerfile: "FROM a\nCMD «['a', 'b c']»\n",
      fixedUnsafely: 'FROM a\nCMD ["a", "b c"]\n',
    },
    'brackets that are no array, which it does not mend': 'FROM a\nCMD «[a]»\nFROM a\nCMD «["a",]»\n',
  },
  leaves: {
    'the exec form': 'FROM a\nENTRYPOINT ["b"]\nCMD []',
    'the shell form behind SHELL': 'FROM a AS b\nSHELL ["bash", "-c"]\nCMD c\nFROM b AS d\nENTRYPOINT e',
    'a base image that has a SHELL': {
      dockerfile: 'FROM a\nCMD b',
      options: { baseImages: new Map([[0, { ...base, shell: ['pwsh', '-c'] }]]) },
    },
    'other instructions': 'FROM a\nRUN b\nHEALTHCHECK CMD c\nONBUILD CMD d',
  },
})
