import { describeRule } from '../testing/describe-rule.ts'
import { invalidBaseImagePlatform } from './invalid-base-image-platform.ts'

function options(os: string, architecture: string, targetArchitecture = 'amd64') {
  return {
    targetPlatform: { os: 'linux', architecture: targetArchitecture },
    baseImages: new Map([[0, { environment: new Map(), triggers: [], platform: { os, architecture } }]]),
  }
}

describeRule(invalidBaseImagePlatform, {
  catches: {
    'an image that is for another architecture': {
      dockerfile: 'FROM «a:1»\n',
      options: options('linux', 'arm64'),
      messages: [/^a:1 is for "linux\/arm64", the build for "linux\/amd64"$/],
    },
    'an image that is for another system': { dockerfile: 'FROM «a»\n', options: options('windows', 'amd64') },
    'an image that is not for the platform that FROM names': {
      dockerfile: 'FROM --platform=linux/arm64 «a»\n',
      options: options('linux', 'amd64'),
    },
    'a name that says it': {
      dockerfile: 'FROM «arm64v8/alpine»\nFROM «docker.io/arm32v7/node:22»\n',
      messages: [/"linux\/arm64"/, /"linux\/arm\/v7"/],
    },
  },
  leaves: {
    'an image that is for what is built': { dockerfile: 'FROM a\n', options: options('linux', 'arm64', 'arm64') },
    'images that nobody knows': 'FROM a\nFROM arm64v8/b/c\nFROM ghcr.io/arm64v8/d\nFROM scratch',
    'a name that says what FROM says': 'FROM --platform=linux/arm64 arm64v8/alpine AS arm64\nFROM amd64/alpine',
    'stages, whatever they begin with': {
      dockerfile: '# check=skip=InvalidBaseImagePlatform\nFROM a AS b\nFROM b',
      options: options('linux', 'arm64'),
    },
  },
})
