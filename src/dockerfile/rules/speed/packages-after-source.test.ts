import { describeRule } from '../testing/describe-rule.ts'
import { packagesAfterSource } from './packages-after-source.ts'

describeRule(packagesAfterSource, {
  catches: {
    'apt behind the source, and moves it': {
      dockerfile:
        'FROM debian:trixie-slim\nWORKDIR /app\n# all of it\nCOPY . .\n# for the health check\nRUN apt-get update \\\n && «apt-get install» -y curl \\\n && rm -rf /var/lib/apt/lists/*\nCMD ["/app/run"]\n',
      messages: [/^apt-get installs packages again whenever what was copied before changes$/],
      fixedUnsafely:
        'FROM debian:trixie-slim\nWORKDIR /app\n# for the health check\nRUN apt-get update \\\n && apt-get install -y curl \\\n && rm -rf /var/lib/apt/lists/*\n# all of it\nCOPY . .\nCMD ["/app/run"]\n',
    },
    'apk behind a program that was built, at the end of the file': {
      dockerfile:
        'from golang as build\r\ncopy . .\r\nfrom alpine\r\ncopy --from=build /app /usr/local/bin/app\r\nexpose 80\r\nrun «apk add» --no-cache tzdata',
      fixedUnsafely:
        'from golang as build\r\ncopy . .\r\nfrom alpine\r\nrun apk add --no-cache tzdata\r\ncopy --from=build /app /usr/local/bin/app\r\nexpose 80',
    },
    'two steps, in their order': {
      dockerfile: 'FROM alpine\nCOPY . /app\nRUN «apk add» --no-cache curl\nENV A=b\nRUN «apk add» --no-cache git\n',
      fixedUnsafely: 'FROM alpine\nRUN apk add --no-cache curl\nRUN apk add --no-cache git\nCOPY . /app\nENV A=b\n',
    },
    'a variable in between that the step uses, without a fix':
      'FROM debian\nCOPY . /app\nARG DEBIAN_FRONTEND=noninteractive\nRUN DEBIAN_FRONTEND=noninteractive «apt-get install» -y curl\n',
    'another user in between, without a fix':
      'FROM debian\nUSER app\nCOPY . /app\nUSER root\nRUN «apt-get install» -y curl\n',
    'the exec form': {
      dockerfile: 'FROM alpine\nCOPY ./ /app/\nRUN [«"apk", "add"», "curl"]\n',
      fixedUnsafely: 'FROM alpine\nRUN ["apk", "add", "curl"]\nCOPY ./ /app/\n',
    },
  },
  leaves: {
    'packages before the source': 'FROM debian\nRUN apt-get update && apt-get install -y curl\nCOPY . /app\n',
    'packages out of the source': 'FROM debian\nWORKDIR /app\nCOPY . .\nRUN apt-get install -y ./tool.deb\n',
    'lists out of the source':
      'FROM debian\nCOPY . /app\nRUN apt-get install -y $(cat /app/packages)\nRUN xargs apt-get install -y < /app/packages\n',
    'sources and keys for apt': 'FROM debian\nCOPY . /etc/apt/\nRUN apt-get update && apt-get install -y curl\n',
    'a step in between that may prepare it':
      'FROM debian\nCOPY . /app\nRUN /app/add-repository.sh\nRUN apt-get install -y curl\n',
    'a step that does more':
      'FROM debian\nCOPY . /app\nRUN apt-get update && apt-get install -y make && make -C /app && apt-get purge -y make\n',
    'a few files, which seldom change':
      'FROM debian\nCOPY entrypoint.sh nginx.conf /\nRUN apt-get update && apt-get install -y nginx\n',
    'files of other images':
      'FROM debian\nCOPY --from=composer /usr/bin/composer /usr/bin/\nRUN apt-get update && apt-get install -y php\n',
    'packages of languages': 'FROM python\nCOPY . /app\nRUN pip install flask\n',
    'a root file system': 'FROM debian\nCOPY . /\nRUN apt-get update && apt-get install -y curl\n',
    'stages that are not needed': 'FROM debian AS a\nCOPY . /app\nRUN apt-get install -y curl\nFROM alpine\n',
    'other stages': 'FROM alpine AS a\nCOPY . /app\nFROM alpine\nRUN apk add curl\nCOPY --from=a /app /app\n',
  },
})
