import { describeRule } from '../testing/describe-rule.ts'
import { endOfLifeBase } from './end-of-life-base.ts'

describeRule(endOfLifeBase, {
  catches: {
    'a language without updates': {
      dockerfile: 'FROM «node:16-alpine»\nCMD ["node"]\n',
      messages: [/^Node\.js 16 has had no updates since September 2023: "node:16-alpine"$/],
    },
    'patch releases, and releases by their first number': {
      dockerfile:
        'FROM «python:3.8.20-slim» AS a\nFROM «postgres:9.6» AS b\nFROM «php:7-fpm»\nCOPY --from=a /x /x\nCOPY --from=b /y /y\n',
      messages: [/^Python 3\.8 /, /^PostgreSQL 9 /, /^PHP 7 /],
    },
    'a distribution without updates': {
      dockerfile: 'FROM «debian:buster-slim»\n',
      messages: [/^Debian buster has had no updates since June 2024/],
    },
    'Debian and Ubuntu by number': 'FROM «debian:10.3» AS a\nFROM «ubuntu:18.04»\nCOPY --from=a /x /x\n',
    'the distribution below a language that has updates': {
      dockerfile: 'FROM «node:22-bullseye»\n',
      messages: [/^Debian bullseye /],
    },
    'Alpine with a patch release': 'FROM «alpine:3.18.4»\n',
    '.NET, to build and to run':
      'FROM «mcr.microsoft.com/dotnet/sdk:5.0» AS a\nFROM «mcr.microsoft.com/dotnet/aspnet:6.0»\nCOPY --from=a /x /x\n',
    'Node of distroless, and Debian below it': {
      dockerfile: 'FROM «gcr.io/distroless/nodejs18-debian11»\n',
      messages: [/^Node\.js 18 /],
    },
    'mirrors of official images': 'FROM «public.ecr.aws/docker/library/ruby:2.7»\n',
    'variables with values': 'ARG VERSION=1.19\nFROM «golang:${VERSION}»\n',
    'an image that two stages begin with, where it is shipped':
      'FROM node:14 AS build\nRUN npm ci\nfrom «node:14»\r\nCOPY --from=build /a /a\n',
  },
  leaves: {
    'releases with updates':
      'FROM node:22\nFROM python:3.12-slim\nFROM golang:1.27\nFROM debian:bookworm\nFROM ubuntu:24.04\nFROM alpine:3.23\nFROM postgres:17\n',
    'the newest of a major release': 'FROM python:3\nFROM golang:1\nFROM ruby:3\nFROM php:8\nFROM mysql:8',
    'releases that only look alike': 'FROM python:3.14-rc-slim\nFROM node:40\nFROM alpine:3.30\nFROM golang:1.240',
    'no tag, other tags and digests':
      'FROM node\nFROM node:lts\nFROM node:latest\nFROM node@sha256:9b741b28148b0195d62fa456ed84dd6c953c1f17a3761f3e6e6797a754d9edff',
    'images of others': 'FROM example.org/node:14\nFROM team/python:2.7\nFROM node-exporter:1.19',
    'stages that the build does not need': 'FROM node:14 AS old\nFROM node:24',
    'variables without a value': 'ARG VERSION\nFROM node:${VERSION}',
    'an image that was given up, which DeprecatedBase reports': 'FROM openjdk:17-jdk-slim-bullseye',
    'scratch and stages': 'FROM scratch AS a\nFROM a',
  },
})
