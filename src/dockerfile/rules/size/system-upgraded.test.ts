import { describeRule } from '../testing/describe-rule.ts'
import { systemUpgraded } from './system-upgraded.ts'

describeRule(systemUpgraded, {
  catches: {
    'upgrades with apt': {
      dockerfile: 'FROM debian\nRUN apt-get update && «apt-get -y upgrade» && «apt-get dist-upgrade» -y\n',
      fixedUnsafely: 'FROM debian\nRUN apt-get update\n',
    },
    'upgrades between other commands, in lines of their own': {
      dockerfile:
        'from debian\r\nrun apt-get update \\\r\n && «apt-get upgrade» -y \\\r\n && apt-get install -y git\r\n',
      fixedUnsafely: 'from debian\r\nrun apt-get update \\\r\n && apt-get install -y git\r\n',
    },
    'upgrades with apk, dnf, yum and zypper': {
      dockerfile:
        'FROM alpine\nRUN «apk --no-cache upgrade»\nRUN «dnf upgrade» -y && «yum -y update» && x\nRUN «zypper -n up»\n',
      fixedUnsafely: 'FROM alpine\nRUN x\n',
    },
    'upgrades in a condition, which it leaves': 'FROM debian\nRUN if x; then «apt-get upgrade» -y; fi\n',
    'stages that the image begins with': {
      dockerfile: 'FROM debian AS a\nRUN «apt-get upgrade» -y\nFROM a\nCMD ["x"]\n',
      fixedUnsafely: 'FROM debian AS a\nFROM a\nCMD ["x"]\n',
    },
  },
  leaves: {
    'single packages':
      'FROM debian\nRUN apt-get install -y --only-upgrade openssl\nRUN dnf -y upgrade openssl\nRUN apk upgrade zlib\n',
    'lists that are fetched': 'FROM debian\nRUN apt-get update\nRUN apk update\nRUN zypper refresh\n',
    'pacman, which has no other way': 'FROM archlinux\nRUN pacman -Syu --noconfirm\n',
    'packages of languages': 'FROM node\nRUN npm update && pip install --upgrade pip && gem update\n',
    'stages whose files are thrown away':
      'FROM debian AS a\nRUN apt-get upgrade -y\nFROM debian\nCOPY --from=a /x /x\n',
  },
})
