import { describeRule } from '../testing/describe-rule.ts'
import { packageListsKept } from './package-lists-kept.ts'

describeRule(packageListsKept, {
  catches: {
    'lists of apt, and takes them away in the same line': {
      dockerfile: 'FROM debian\nRUN «apt-get update» && apt-get install -y curl\n',
      fixed: 'FROM debian\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n',
    },
    'lists of apt in several lines, whose layout it keeps': {
      dockerfile:
        'FROM debian\nRUN set -e \\\n    && «apt-get update» \\\n    # tools\n    && apt-get install -y \\\n       curl\nCMD ["curl"]\n',
      fixed:
        'FROM debian\nRUN set -e \\\n    && apt-get update \\\n    # tools\n    && apt-get install -y \\\n       curl \\\n    && rm -rf /var/lib/apt/lists/*\nCMD ["curl"]\n',
    },
    'lists of apt, with the operators at the ends of the lines': {
      dockerfile: 'FROM debian\nRUN «apt-get update» && \\\n  apt-get install -y \\\n    curl\n',
      fixed:
        'FROM debian\nRUN apt-get update && \\\n  apt-get install -y \\\n    curl && \\\n  rm -rf /var/lib/apt/lists/*\n',
    },
    'lists of apt in a here-document': {
      dockerfile: 'FROM debian\nRUN <<EOF\nset -e\n«apt-get update»\napt-get install -y curl\nEOF\n',
      fixed:
        'FROM debian\nRUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF\n',
    },
    'apt in the exec form, and behind sudo': {
      dockerfile: 'FROM debian\nRUN [«"apt-get", "update"»]\nRUN sudo «apt update»',
      fixed: 'FROM debian\nRUN ["apt-get", "update"]\nRUN sudo apt update && sudo rm -rf /var/lib/apt/lists/*',
    },
    'what dnf, yum and zypper fetch': {
      dockerfile:
        'FROM fedora\nRUN «dnf install» -y git\nRUN «yum -y install» git\nRUN «zypper --non-interactive install» git\n',
      fixed:
        'FROM fedora\nRUN dnf install -y git && dnf clean all\nRUN yum -y install git && yum clean all\nRUN zypper --non-interactive install git && zypper clean --all\n',
    },
    'the packages that pacman keeps': {
      dockerfile: 'FROM archlinux\nRUN «pacman -Syu» --noconfirm git\n',
      fixed: 'FROM archlinux\nRUN pacman -Syu --noconfirm git && rm -rf /var/cache/pacman/pkg/*\n',
    },
    'apt-get clean, which leaves the lists': {
      dockerfile: 'FROM debian\nRUN «apt-get update» && apt-get clean',
      fixed: 'FROM debian\nRUN apt-get update && apt-get clean && rm -rf /var/lib/apt/lists/*',
    },
    'lists that are taken away before they are fetched, and with line ends of Windows': {
      dockerfile:
        'from debian\r\nrun rm -rf /var/lib/apt/lists/* && «apt-get update» \\\r\n && apt-get install -y curl\r\n',
      fixed:
        'from debian\r\nrun rm -rf /var/lib/apt/lists/* && apt-get update \\\r\n && apt-get install -y curl \\\r\n && rm -rf /var/lib/apt/lists/*\r\n',
    },
    'lists that a RUN of its own fetches, and joins it with the one that needs them': {
      dockerfile:
        'FROM debian\nRUN «apt-get update»\nENV A=b\nRUN set -e; apt-get install -y \\\n    curl \\\n    && curl --version\n',
      fixed:
        'FROM debian\nENV A=b\nRUN set -e; apt-get update && apt-get install -y \\\n    curl \\\n    && curl --version \\\n    && rm -rf /var/lib/apt/lists/*\n',
    },
    'lists for a RUN that goes on when something fails, without a fix':
      'FROM debian\nRUN «apt-get update»\nRUN apt-get install -y curl; apt-get clean\n',
    'lists for a RUN of commands that end at a failure each': {
      dockerfile: 'FROM debian\nRUN «apt-get update»\nRUN set -e; apt-get install -y curl; apt-get clean\n',
      fixed:
        'FROM debian\nRUN set -e; apt-get update; apt-get install -y curl; apt-get clean && rm -rf /var/lib/apt/lists/*\n',
    },
    'lists that several RUNs need, which it does not take away from them':
      'FROM debian\nRUN «apt-get update»\nRUN apt-get install -y curl\nRUN apt-get install -y git\n',
    'lists that a stage needs which begins with this one, without a fix':
      'FROM debian AS base\nRUN «apt-get update» && apt-get install -y curl\nFROM base\nRUN apt-get install -y git\n',
    'lists that only a later RUN takes away': {
      dockerfile: 'FROM debian\nRUN «apt-get update» && apt-get install -y curl\nRUN rm -rf /var/lib/apt/lists/*\n',
      fixed:
        'FROM debian\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nRUN rm -rf /var/lib/apt/lists/*\n',
    },
    'lists in a mount that is not a cache of them': {
      dockerfile: 'FROM debian\nRUN --mount=type=cache,target=/var/cache/apt «apt-get update»\n',
      fixed:
        'FROM debian\nRUN --mount=type=cache,target=/var/cache/apt apt-get update && rm -rf /var/lib/apt/lists/*\n',
    },
    'the index of Alpine': {
      dockerfile: 'FROM alpine\nRUN «apk add» tini\nRUN «apk --update add» --virtual .b git && apk add -U curl\n',
      fixed:
        'FROM alpine\nRUN apk add --no-cache tini\nRUN apk --no-cache add --virtual .b git && apk add --no-cache curl\n',
    },
    'apk update, which nobody needs': {
      dockerfile:
        'FROM alpine\nRUN «apk update»\nRUN «apk update» \\\n    && apk add --no-cache git\nRUN set -e; «apk upgrade»; apk update\n',
      fixed: 'FROM alpine\nRUN apk add --no-cache git\nRUN set -e; apk upgrade --no-cache\n',
    },
    'apk update with a comment behind it, which stays': {
      dockerfile: 'FROM alpine\nRUN «apk update» && \\\n    # git\n    apk add --no-cache git\n',
      fixed:
        'FROM alpine\nRUN apk update && \\\n    # git\n    apk add --no-cache git && \\\n    rm -rf /var/cache/apk/*\n',
    },
  },
  leaves: {
    'lists that are taken away in the same RUN':
      'FROM debian\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/* /var/cache/apt\nRUN apt update; apt dist-clean',
    'lists that are taken away by another pattern':
      'FROM debian\nRUN apt-get update && rm -f /var/lib/apt/lists/*_*\nRUN apt update; rm -rf /var/lib/{apt,dpkg,cache}/\nRUN apt-get update && rm -rf /var/lib/apt/*\nRUN apt-get update && find /var/lib/apt/lists -type f -delete\n',
    'lists that are fetched twice and taken away behind':
      'FROM debian\nRUN apt-get update && apt-get install -y gnupg && apt-get update && rm -rf /var/lib/apt/lists/*\n',
    'lists in a cache':
      'FROM debian\nRUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y curl\nRUN --mount=type=cache,target=/var/cache apk add git\n',
    'stages that the build does not need': 'FROM debian AS a\nRUN apt-get update\nFROM debian\n',
    'stages of which only files are taken':
      'FROM debian AS a\nRUN apt-get update && apt-get install -y gcc\nFROM debian\nCOPY --from=a /x /x\n',
    'an installation without lists': 'FROM debian\nRUN apt-get install -y ./a.deb',
    'text that is no command': 'FROM debian\nRUN echo apt-get update\nRUN true # apt-get update\n',
    'packages of Alpine without a cache, or of another root':
      'FROM alpine\nRUN apk add --no-cache git && apk --no-cache upgrade && apk del git\nRUN apk add --update git && rm -rf /var/cache/apk/*\nRUN apk add --root /out --initdb musl\n',
    'what is cleaned up':
      'FROM fedora\nRUN dnf -y install git && dnf clean all\nRUN yum install -y git; rm -rf /var/cache/yum\n',
    'triggers and other shells': 'FROM debian\nONBUILD RUN apt-get update\nSHELL ["pwsh", "-c"]\nRUN apt-get update\n',
  },
})
