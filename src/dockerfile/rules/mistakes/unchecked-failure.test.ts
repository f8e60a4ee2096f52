import { describeRule } from '../testing/describe-rule.ts'
import { uncheckedFailure } from './unchecked-failure.ts'

describeRule(uncheckedFailure, {
  catches: {
    'commands that are joined with a semicolon': {
      dockerfile:
        'FROM debian\nRUN «apt-get update»; \\\n    apt-get install -y curl; \\\n    rm -rf /var/lib/apt/lists/*\n',
      messages: [/^nothing notices when apt-get fails here$/],
      fixedUnsafely:
        'FROM debian\nRUN set -e; apt-get update; \\\n    apt-get install -y curl; \\\n    rm -rf /var/lib/apt/lists/*\n',
    },
    'here-documents': {
      dockerfile: 'from debian\nrun <<EOF\n«wget https://example.com/a»\necho done\nEOF\n',
      fixedUnsafely: 'from debian\nrun <<EOF\nset -e\nwget https://example.com/a\necho done\nEOF\n',
    },
    'here-documents that are indented': {
      dockerfile: 'FROM debian\nRUN <<-EOF\n\t«npm ci»\n\tmake site\nEOF\n',
      fixedUnsafely: 'FROM debian\nRUN <<-EOF\n\tset -e\n\tnpm ci\n\tmake site\nEOF\n',
    },
    'a command at the end of a list': {
      dockerfile: 'FROM debian\nRUN cd /a && «make»; rm -rf /a\n',
      fixedUnsafely: 'FROM debian\nRUN set -e; cd /a && make; rm -rf /a\n',
    },
    'a script that begins with a condition, without a fix': 'FROM debian\nRUN if a; then b; fi; «make»; c\n',
    'Windows line ends, without a fix': 'FROM debian\r\nRUN <<EOF\r\n«make a\r»\nb\nEOF\r\n',
    'a command in the middle of a list, which set -e would not notice':
      'FROM debian\nRUN cd /a && «make» && touch b; rm -rf /a\n',
  },
  leaves: {
    'set -e, in its forms':
      'FROM debian\nRUN set -eux; apt-get update; apt-get install -y a\nRUN set -o errexit; make; b\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN make; b\nRUN <<EOF\n#!/bin/sh -e\nmake\nb\nEOF',
    'bases whose shell ends by itself': 'FROM bitnami/minideb\nRUN make; a',
    'the last command': 'FROM debian\nRUN a; b; make\nRUN make;',
    '&&': 'FROM debian\nRUN make && make install && rm -rf a',
    'failures that are looked at':
      'FROM debian\nRUN make || exit 1; a\nRUN make; test $? -eq 0 && a\nRUN if ! make; then exit 1; fi; a',
    'commands that make nothing': 'FROM debian\nRUN echo a; rm b; c\nRUN apt-get clean; rm -rf /var/lib/apt/lists/*',
    'programs in the background': 'FROM debian\nRUN make & a; b',
    CMD: 'FROM debian\nCMD make; a',
    'stages that the build does not need': 'FROM debian AS a\nRUN make; b\nFROM scratch',
  },
})
