import { describeRule } from '../testing/describe-rule.ts'
import { wordsAfterScript } from './words-after-script.ts'

describeRule(wordsAfterScript, {
  catches: {
    'words behind the script, and leaves the shell out': {
      dockerfile: 'FROM node\nCMD ["sh", "-c", «"npm"», "start"]\n',
      messages: [/only "npm"/],
      fixedUnsafely: 'FROM node\nCMD ["npm", "start"]\n',
    },
    'them in RUN, ENTRYPOINT and HEALTHCHECK': {
      dockerfile:
        'FROM node\nrun [ "/bin/bash", "-o", "pipefail", "-c", «"echo"», "a > b" ]\r\nENTRYPOINT ["bash", "-lc", «"/app"», "--a"]\r\nHEALTHCHECK CMD ["sh","-c",«"curl"»,"-f","http://localhost/"]\r\n',
      fixedUnsafely:
        'FROM node\nrun [ "/bin/bash", "-o", "pipefail", "-c", "echo", "a > b" ]\r\nENTRYPOINT ["/app", "--a"]\r\nHEALTHCHECK CMD ["curl","-f","http://localhost/"]\r\n',
    },
    'them in a script': 'FROM node\nRUN cd /x && bash -c «npm» install\nRUN <<EOF\nsh -c «make» all\nEOF\n',
    'CMD behind a shell that waits for a script': {
      dockerfile: 'FROM openjdk:8\nCMD [«"java"», "-jar", "a.jar"]\nENTRYPOINT ["/bin/sh", "-c"]\n',
    },
  },
  leaves: {
    'a whole script': 'FROM node\nCMD ["sh", "-c", "npm start"]\nRUN sh -c "npm ci"\nENTRYPOINT ["sh", "-c"]',
    'a script in CMD': 'FROM node\nENTRYPOINT ["sh", "-c"]\nCMD ["npm start"]',
    'scripts that look at the words behind them':
      'FROM node\nRUN sh -c \'echo "$1"\' _ a\nCMD ["sh", "-c", "exec \\"$@\\"", "--", "npm", "start"]',
    'scripts of several words, which may have a name behind them': 'FROM node\nCMD ["sh", "-c", "npm start", "app"]',
    'options of the shell, files and other programs':
      'FROM node\nRUN bash -e build.sh -c x\nCMD ["su", "-c", "npm", "start"]\nENTRYPOINT ["python", "-c", "a", "b"]',
    'scripts that only running would tell':
      'FROM node\nRUN sh -c "$(curl -fsSL https://example.com)" -- -y\nRUN sh -c "$CMD" a',
    'stages that the build does not need': 'FROM node AS a\nCMD ["sh", "-c", "npm", "start"]\nFROM scratch',
  },
})
