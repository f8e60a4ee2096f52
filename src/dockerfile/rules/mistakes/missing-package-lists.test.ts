import { describeRule } from '../testing/describe-rule.ts'
import { missingPackageLists } from './missing-package-lists.ts'

describeRule(missingPackageLists, {
  catches: {
    'an installation without an update, and adds one': {
      dockerfile: 'FROM debian:13\nRUN «apt-get install» -y curl\n',
      messages: [/^apt-get knows no packages here/],
      fixedUnsafely: 'FROM debian:13\nRUN apt-get update && apt-get install -y curl\n',
    },
    'lists that an earlier RUN has removed': {
      dockerfile:
        'from node:22\r\nrun apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\r\nrun cd /a && «apt-get -y» install b\r\n',
      fixedUnsafely:
        'from node:22\r\nrun apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\r\nrun cd /a && apt-get update && apt-get -y install b\r\n',
    },
    'a stage on top of one that has removed them, behind sudo':
      'FROM ubuntu AS a\nRUN apt update && apt dist-clean\nFROM a\nRUN sudo «apt install» -y b\n',
    'the exec form': 'FROM python:3\nRUN [«"apt-get", "install"», "-y", "curl"]\n',
  },
  leaves: {
    'an update in the same RUN, or in one before':
      'FROM debian\nRUN apt-get update && apt-get install -y a\nFROM debian\nRUN apt-get update\nRUN apt-get install -y a',
    files: 'FROM debian\nCOPY a.deb /\nRUN apt-get install -y ./a.deb /b.deb c.deb',
    'bases whose lists nobody knows':
      'FROM example.com/a:bookworm\nRUN apt-get install -y a\nFROM mcr.microsoft.com/devcontainers/base:ubuntu\nRUN apt-get install -y a',
    'mounts and files that may hold lists':
      'FROM debian\nRUN --mount=type=cache,target=/var/lib/apt apt-get install -y a\nFROM debian\nCOPY --from=b /var/lib/apt /var/lib/apt\nRUN apt-get install -y a\nFROM debian\nCOPY --from=b / /\nRUN apt-get install -y a',
    'scripts that may fetch them':
      'FROM node\nRUN curl -fsSL https://rpm.nodesource.com/setup_22.x | bash - && apt-get install -y nodejs\nRUN ./setup.sh\nRUN apt-get install -y a\nFROM ubuntu\nRUN add-apt-repository ppa:a/b && apt-get install -y c',
    'what installs no packages by name':
      'FROM debian\nRUN apt-get install -y -f && apt-get remove -y a && apt-get download a',
    'a second stage of its own':
      'FROM debian AS a\nRUN apt-get update && apt-get install -y a\nFROM a\nRUN apt-get install -y b',
    'stages that the build does not need': 'FROM debian AS a\nRUN apt-get install -y a\nFROM scratch',
  },
})
