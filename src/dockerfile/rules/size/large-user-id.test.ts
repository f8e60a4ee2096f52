import { describeRule } from '../testing/describe-rule.ts'
import { largeUserId } from './large-user-id.ts'

describeRule(largeUserId, {
  catches: {
    'numbers of more than five digits': {
      dockerfile:
        'FROM debian:11\nRUN groupadd -g 1000123 app && useradd -m -u «1000123» -g app app\nRUN useradd «--uid=1234567890» b && sudo useradd «-ru200000» c\n',
      messages: [/^useradd makes logs with 1000123 entries$/],
      fixed:
        'FROM debian:11\nRUN groupadd -g 1000123 app && useradd --no-log-init -m -u 1000123 -g app app\nRUN useradd --no-log-init --uid=1234567890 b && sudo useradd --no-log-init -ru200000 c\n',
    },
    'a base whose tag names the release': {
      dockerfile: 'FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN useradd -u «1000123» a\n',
      fixed: 'FROM nvidia/cuda:12.4.1-runtime-ubuntu22.04\nRUN useradd --no-log-init -u 1000123 a\n',
    },
  },
  leaves: {
    'smaller numbers': 'FROM debian:11\nRUN useradd -u 10001 app && useradd -u 65534 b && useradd -u 99999 c',
    'useradd that makes no logs':
      'FROM debian:11\nRUN useradd -l -u 1000123 a && useradd -lmu 1000123 b && useradd --no-log-init --uid 1000123 c',
    'Alpine, which has no such files': 'FROM alpine:3.22\nRUN useradd -u 1000123 a',
    'a newer Debian': 'FROM debian:bookworm-slim\nRUN useradd -u 1000123 a',
    'a newer Ubuntu': 'FROM ubuntu:24.04\nRUN useradd -u 1000123 a',
    'a release that nobody knows': 'FROM debian\nRUN useradd -u 1000123 a',
    'numbers that a variable decides, and other programs':
      'FROM debian:11\nRUN useradd -u $ID a && adduser --uid 1000123 b && groupadd -g 1000123 c && useradd -g 1000123 d',
    'stages that are thrown away': 'FROM debian:11 AS a\nRUN useradd -u 1000123 a\nFROM debian:11\nCOPY --from=a /a /a',
  },
})
