import { describeRule } from '../testing/describe-rule.ts'
import { fromPlatformFlagConstDisallowed } from './from-platform-flag-const-disallowed.ts'

describeRule(fromPlatformFlagConstDisallowed, {
  catches: {
    'a constant platform': {
      dockerfile: 'FROM «--platform=linux/amd64» a AS build\nFROM «--platform=arm64»  b\n',
      messages: [/"linux\/amd64"/, /"arm64"/],
      fixedUnsafely: 'FROM a AS build\nFROM b\n',
    },
    'another system, which it does not mend': 'FROM «--platform=windows/amd64» a\n',
    'a name that has another platform': {
      dockerfile: 'FROM «--platform=linux/arm64» a AS amd64\n',
      fixedUnsafely: 'FROM a AS amd64\n',
    },
  },
  leaves: {
    'a stage that is named after its platform':
      'FROM --platform=linux/amd64 a AS build-amd64\nFROM --platform=windows/amd64 a AS windows\nFROM --platform=linux/x86_64 a AS amd64',
    variables: 'ARG P=linux/amd64\nFROM --platform=$P a\nFROM --platform=${Q:-linux/amd64} a',
    'what is no platform': 'FROM --platform=nonsense a\nFROM --platform=a/b/c/d a\nFROM a',
  },
})
