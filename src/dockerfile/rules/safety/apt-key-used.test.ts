import { describeRule } from '../testing/describe-rule.ts'
import { aptKeyUsed } from './apt-key-used.ts'

describeRule(aptKeyUsed, {
  catches: {
    'keys that are piped in, and those of a server':
      'FROM debian:12\nRUN wget -qO- https://example.com/k | «apt-key add» - && sudo «apt-key adv» --keyserver x --recv-keys 1',
    'what fails, as Debian has it no more': {
      dockerfile: 'FROM debian:trixie-slim\nRUN «apt-key add» /k\n',
      messages: [/^this release of Debian has no apt-key$/],
    },
    'other forms':
      'FROM debian:12\r\nrun set -e; \\\r\n  «apt-key add» /k\r\nRUN [«"apt-key", "add"», "/k"]\r\nRUN <<EOF\n«apt-key --keyring /a add» /k\nEOF\n',
  },
  leaves: {
    keyrings: 'FROM debian\nRUN curl -fsSL https://example.com/k | gpg --dearmor -o /etc/apt/keyrings/k.gpg',
    'what only looks': 'FROM debian\nRUN apt-key list && echo apt-key add',
    'stages that nobody needs': 'FROM debian AS a\nRUN apt-key add /k\nFROM debian',
  },
})
