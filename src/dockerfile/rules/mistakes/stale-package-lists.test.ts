import { describeRule } from '../testing/describe-rule.ts'
import { stalePackageLists } from './stale-package-lists.ts'

describeRule(stalePackageLists, {
  catches: {
    'an update apart, and joins the two': {
      dockerfile: 'FROM debian\nRUN apt-get update\nRUN «apt-get install» -y curl\nCMD ["curl"]\n',
      messages: [/^apt-get installs with lists that another RUN has fetched$/],
      fixedUnsafely: 'FROM debian\nRUN apt-get update && apt-get install -y curl\nCMD ["curl"]\n',
    },
    'several installations, once, where other instructions stand between':
      'from ubuntu\r\nrun apt update\r\nENV A=b\r\nrun cd a && «apt install» -y b\r\nrun apt install -y c\r\n',
    'an installation with options before its action': {
      dockerfile: 'FROM debian\nRUN apt-get update\nRUN «apt-get -y --force-yes install» b\n',
      fixedUnsafely: 'FROM debian\nRUN apt-get update && apt-get -y --force-yes install b\n',
    },
    'an update that has other commands with it':
      'FROM debian\nRUN apt-get update && apt-get install -y a\nRUN «apt-get install» -y b\n',
    'an update of the stage below, whose base is not known':
      'FROM example.com/a AS b\nRUN apt-get update\nFROM b\nRUN «apt-get install» -y a\n',
  },
  leaves: {
    'one RUN': 'FROM debian\nRUN apt-get update && apt-get install -y a\nRUN apt-get update && apt-get install -y b',
    'lists that are removed, where another rule speaks':
      'FROM debian\nRUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\nRUN apt-get install -y b',
    'an update without an installation': 'FROM debian\nRUN apt-get update',
    files: 'FROM debian\nRUN apt-get update\nRUN apt-get install -y ./a.deb',
    mounts:
      'FROM debian\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y a',
    'apk, which looks at the age of its lists': 'FROM alpine\nRUN apk update\nRUN apk add a',
    'stages that the build does not need':
      'FROM debian AS a\nRUN apt-get update\nRUN apt-get install -y a\nFROM scratch',
  },
})
