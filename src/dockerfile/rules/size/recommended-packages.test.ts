import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lintDockerfile } from '../../lint.ts'
import { describeRule } from '../testing/describe-rule.ts'
import { recommendedPackages } from './recommended-packages.ts'

describeRule(recommendedPackages, {
  catches: {
    apt: {
      dockerfile: 'FROM debian\nRUN apt-get update && «apt-get install» -y \\\n  curl\n',
      fixedUnsafely:
        'FROM debian\nRUN apt-get update && apt-get install --no-install-recommends -y \\\n  ca-certificates \\\n  curl\n',
    },
    'apt in the exec form, and behind sudo': {
      dockerfile: 'FROM debian\nRUN [«"apt", "install"», "-y", "curl"]\nRUN sudo «apt-get -y install» git',
      fixedUnsafely:
        'FROM debian\nRUN ["apt", "install", "--no-install-recommends", "-y", "curl", "ca-certificates"]\nRUN sudo apt-get -y install --no-install-recommends git',
    },
    'dnf and zypper': {
      dockerfile: 'FROM fedora\nRUN «dnf install» -y git\nRUN «zypper -n in» git\n',
      fixedUnsafely:
        'FROM fedora\nRUN dnf install --setopt=install_weak_deps=False -y git\nRUN zypper -n in --no-recommends git\n',
    },
    'packages that bring hundreds of megabytes': {
      dockerfile: 'FROM debian\nRUN «apt-get install» -y curl python3-pip=23.0.1 graphviz openjdk-17-jre-headless\n',
      fixedUnsafely:
        'FROM debian\nRUN apt-get install --no-install-recommends -y curl ca-certificates python3-pip=23.0.1 graphviz openjdk-17-jre-headless\n',
    },
    'certificates that are named already': {
      dockerfile: 'FROM debian\nRUN «apt-get install» -y git ca-certificates\nRUN «apt-get install» -y curl\n',
      fixedUnsafely:
        'FROM debian\nRUN apt-get install --no-install-recommends -y git ca-certificates\nRUN apt-get install --no-install-recommends -y curl\n',
    },
    'a base that has certificates': {
      dockerfile: 'FROM python:3.13-slim\nRUN «apt-get install» -y git\n',
      fixedUnsafely: 'FROM python:3.13-slim\nRUN apt-get install --no-install-recommends -y git\n',
    },
    'a list of lines, with CRLF': {
      dockerfile: 'FROM debian\r\nRUN «apt-get install» -y \\\r\n\tffmpeg \\\r\n\twget\r\n',
      fixedUnsafely:
        'FROM debian\r\nRUN apt-get install --no-install-recommends -y \\\r\n\tffmpeg \\\r\n\tca-certificates \\\r\n\twget\r\n',
    },
    'a stage that the image begins with': {
      dockerfile: 'FROM debian AS base\nRUN «apt-get install» -y curl\nFROM base\nCMD ["curl"]\n',
      fixedUnsafely:
        'FROM debian AS base\nRUN apt-get install --no-install-recommends -y curl ca-certificates\nFROM base\nCMD ["curl"]\n',
    },
  },
  leaves: {
    'what says no':
      'FROM debian\nRUN apt-get install -y --no-install-recommends curl\nRUN zypper -n in --no-recommends git',
    'what says no by an option of apt': 'FROM debian\nRUN apt-get -o APT::Install-Recommends=0 install -y curl',
    'what says no in a file':
      'FROM debian\nRUN echo \'APT::Install-Recommends "false";\' > /etc/apt/apt.conf.d/99x\nRUN apt-get install -y curl',
    'what says no in a here-document':
      'FROM debian\nCOPY <<EOF /etc/apt/apt.conf.d/99x\nAPT::Install-Recommends "0";\nEOF\nRUN apt-get install -y curl',
    'stages whose files are thrown away':
      'FROM debian AS b\nRUN apt-get install -y gcc\nFROM debian\nCOPY --from=b /a /a',
    'package managers that recommend nothing':
      'FROM alpine\nRUN apk add curl\nRUN yum install -y git\nRUN npm install x',
    'packages that are known to recommend nothing':
      'FROM debian\nRUN apt-get install -y ca-certificates unzip:amd64 tini=0.19.0-1\n',
    'other actions': 'FROM debian\nRUN apt-get remove curl\nRUN apt-get install -y\nRUN apt-get update',
  },
})

test('RecommendedPackages warns only where a package is known to bring much along', () => {
  const severities = ['curl', 'curl ffmpeg', '$PACKAGES'].map((packages) =>
    lintDockerfile(`FROM debian\nRUN apt-get install -y ${packages}\n`)
      .findings.filter(({ code }) => code === 'RecommendedPackages')
      .map(({ severity, cost }) => `${severity}: ${cost ?? ''}`),
  )
  assert.match(severities[0]?.[0] ?? '', /^information: /)
  assert.match(severities[1]?.[0] ?? '', /^warning: ffmpeg alone brings about 157 MB/)
  assert.match(severities[2]?.[0] ?? '', /^information: /)
  const { findings } = lintDockerfile('FROM php:8.4-fpm\nRUN apt-get install -y libpng-dev\n')
  assert.deepEqual(
    findings.filter(({ code }) => code === 'RecommendedPackages').map(({ severity }) => severity),
    ['information'],
  )
})
