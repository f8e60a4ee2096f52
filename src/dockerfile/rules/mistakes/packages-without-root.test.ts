import { describeRule } from '../testing/describe-rule.ts'
import { packagesWithoutRoot } from './packages-without-root.ts'

describeRule(packagesWithoutRoot, {
  catches: {
    'packages behind USER, once': {
      dockerfile: 'FROM node\nUSER node\nRUN «apt-get» update && apt-get install -y git\nRUN apt-get clean\n',
      messages: [/^apt-get needs root, and this RUN is run by "node"$/],
    },
    'numbers, and USER of the stage below': 'FROM alpine AS a\r\nuser 1000:1000\r\nFROM a\r\nrun «apk» add git\r\n',
    'a base that is run by somebody else': 'FROM jupyter/base-notebook\nRUN «apt-get» update\n',
  },
  leaves: {
    'root, by name and by number':
      'FROM node\nUSER root\nRUN apt-get update\nUSER 0:0\nRUN apt-get update\nUSER node\nUSER root\nRUN apt-get update',
    sudo: 'FROM example.com/a\nUSER app\nRUN sudo apt-get update && doas apk add a && su -c "apt-get update"',
    'packages of languages': 'FROM node\nUSER node\nRUN npm ci && pip install --user a',
    'bases and users that are not known': 'FROM example.com/a\nRUN apt-get update\nARG U\nUSER $U\nRUN apt-get update',
    'stages that the build does not need': 'FROM node AS a\nUSER node\nRUN apt-get update\nFROM scratch',
  },
})
