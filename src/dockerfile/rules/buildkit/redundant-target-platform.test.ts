import { describeRule } from '../testing/describe-rule.ts'
import { redundantTargetPlatform } from './redundant-target-platform.ts'

describeRule(redundantTargetPlatform, {
  catches: {
    'the platform of the target': {
      dockerfile: 'FROM «--platform=$TARGETPLATFORM» a AS b\nFROM «--platform=${TARGETPLATFORM}» c\n',
      messages: [/^\$TARGETPLATFORM/, /^\$\{TARGETPLATFORM\}/],
      fixed: 'FROM a AS b\nFROM c\n',
    },
    'a flag in a line of its own': {
      dockerfile: 'FROM \\\n  «--platform=$TARGETPLATFORM» \\\n  a\n',
      fixed: 'FROM \\\n  a\n',
    },
    'a flag with a comment behind it, which it keeps': 'FROM «--platform=$TARGETPLATFORM» \\\n# why\n  a\n',
    'a platform that the file decides': {
      dockerfile: 'ARG TARGETPLATFORM=linux/arm64\nFROM «--platform=$TARGETPLATFORM» a\n',
      fixedUnsafely: 'ARG TARGETPLATFORM=linux/arm64\nFROM a\n',
    },
    'a flag whose variable only looks as if it had an alternative': {
      dockerfile: 'FROM «--platform=${TARGETPLATFORM:-linux/amd64}» a\n',
      fixed: 'FROM a\n',
    },
  },
  leaves: {
    'other platforms': 'FROM --platform=$BUILDPLATFORM a\nFROM --platform=linux/$TARGETARCH a\nFROM a',
    'a platform of several variables': 'ARG X\nFROM --platform=$TARGETPLATFORM$X a',
  },
})
