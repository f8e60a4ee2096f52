import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImageTag } from '../facts/image-tag.ts'
import { smallerVariant } from '../facts/smaller-variants.ts'
import { describeRule } from '../testing/describe-rule.ts'
import { largeBaseImage } from './large-base-image.ts'

describeRule(largeBaseImage, {
  catches: {
    'the full image of Node': {
      dockerfile: 'FROM «node:22»\nCMD ["node", "a.js"]\n',
      fixedUnsafely: 'FROM node:22-slim\nCMD ["node", "a.js"]\n',
      messages: [/^there is a smaller variant of this base: node:22-slim$/],
    },
    'an image without a tag, of a mirror, in lower case': {
      dockerfile: 'from «public.ecr.aws/docker/library/python» as app\n',
      fixedUnsafely: 'from public.ecr.aws/docker/library/python:slim as app\n',
    },
    'the stage that the last one begins with': {
      dockerfile: 'FROM «ruby:3.4-bookworm» AS base\nFROM base AS build\nRUN x\nFROM base\nCOPY --from=build /a /a\n',
      fixedUnsafely:
        'FROM ruby:3.4-slim-bookworm AS base\nFROM base AS build\nRUN x\nFROM base\nCOPY --from=build /a /a\n',
    },
    'a server, also where it has to be written for Alpine': {
      dockerfile: 'FROM «nginx»\nCOPY dist /usr/share/nginx/html\n',
      fixedUnsafely: 'FROM nginx:alpine\nCOPY dist /usr/share/nginx/html\n',
    },
    'a server in which something is installed':
      'FROM «nginx:1.29-bookworm»\nRUN apt-get update && apt-get install -y vim\n',
    'a HEALTHCHECK that needs what the smaller one lacks': 'FROM «node:22»\nHEALTHCHECK CMD curl -f localhost\n',
    'a JDK': {
      dockerfile: 'FROM «eclipse-temurin:21-jdk-noble»\nCOPY a.jar /\n',
      fixedUnsafely: 'FROM eclipse-temurin:21-jre-noble\nCOPY a.jar /\n',
    },
    'a tag that a variable holds, which it does not change': 'ARG V=22\nFROM «node:$V»\nCMD ["node"]\n',
    'a tag that ends behind a variable': {
      dockerfile: 'ARG V=22\nFROM «node:${V}-bookworm»\nCMD ["node"]\n',
      fixedUnsafely: 'ARG V=22\nFROM node:${V}-bookworm-slim\nCMD ["node"]\n',
    },
    'a tag with a digest, which it does not change':
      'FROM «node:22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef»\nCMD ["node"]\n',
    'images for building, with a program that another stage built': {
      dockerfile:
        'FROM rust:1.90 AS build\nRUN cargo build --release\nFROM «rust:1.90-slim»\nCOPY --from=build /x /x\nCMD ["/x"]\n',
      messages: [/^rust is for building, and nothing is built in the image that is shipped$/],
    },
    'the SDK of .NET': {
      dockerfile:
        'FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nRUN dotnet publish -o /out\nFROM «mcr.microsoft.com/dotnet/sdk:8.0»\nCOPY --from=build /out .\nENTRYPOINT ["dotnet", "a.dll"]\n',
      fixedUnsafely:
        'FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nRUN dotnet publish -o /out\nFROM mcr.microsoft.com/dotnet/aspnet:8.0\nCOPY --from=build /out .\nENTRYPOINT ["dotnet", "a.dll"]\n',
    },
    'the SDK of .NET, of which the health check uses a program that the other image lacks': {
      dockerfile:
        'FROM «mcr.microsoft.com/dotnet/sdk:8.0»\nCOPY out .\nHEALTHCHECK CMD curl -f localhost\nENTRYPOINT ["dotnet", "a.dll"]\n',
    },
    'CUDA for developing': {
      dockerfile:
        'FROM «nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04»\nRUN pip3 install torch\nCMD ["python3", "a.py"]\n',
      fixedUnsafely:
        'FROM nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04\nRUN pip3 install torch\nCMD ["python3", "a.py"]\n',
    },
    'only as a note where the image uses what the smaller one lacks': {
      dockerfile: 'FROM «node:22»\nRUN git clone https://example.com/a.git && make -C a\n',
      messages: [/node:22-slim/],
    },
    'what is installed anyway, as if it were there': {
      dockerfile: 'FROM «python:3.13»\nRUN apt-get update && apt-get install -y git && git clone x\n',
      fixedUnsafely: 'FROM python:3.13-slim\nRUN apt-get update && apt-get install -y git && git clone x\n',
    },
  },
  leaves: {
    'small variants': 'FROM node:22-slim\n',
    'Alpine, and a JRE': 'FROM eclipse-temurin:21-jre AS a\nFROM node:22-alpine3.22\n',
    'stages whose files are thrown away':
      'FROM node:22 AS build\nRUN npm ci\nFROM nginx:alpine\nCOPY --from=build /d /d\n',
    'images of which only the digest is known':
      'FROM node@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nCMD ["node"]\n',
    'images for building in which something is built, of which another rule speaks':
      'FROM golang:1.25\nRUN go build -o /x .\nCMD ["/x"]\n',
    'images for building that are meant to be one':
      'FROM golang:1.25 AS a\nFROM golang:1.25\nRUN go install example.com/tool@v1\n',
    'containers that build when they start': 'FROM maven:3\nCMD ["mvn", "spring-boot:run"]\n',
    'images for development': 'FROM node:22\nCMD ["npm", "run", "dev"]\n',
    'images of others': 'FROM example.com/team/node:22\n',
    'images for Windows': 'FROM python:3.13-windowsservercore\n',
    scratch: 'FROM scratch\nCOPY a /\n',
  },
})

test('each image has its own order of words in a tag', () => {
  const cases = [
    ['node', '22-bookworm', '22-bookworm-slim'],
    ['node', 'lts', 'lts-slim'],
    ['python', '3.13-trixie', '3.13-slim-trixie'],
    ['python', 'bookworm', 'slim-bookworm'],
    ['debian', '12', '12-slim'],
    ['debian', undefined, 'stable-slim'],
    ['eclipse-temurin', '21', '21-jre'],
    ['eclipse-temurin', '21.0.9_10-jdk', '21.0.9_10-jre'],
    ['eclipse-temurin', '25-noble', '25-jre-noble'],
    ['tomcat', '10.1-jdk21-temurin-noble', '10.1-jre21-temurin-noble'],
    ['tomcat', '10.1', undefined],
    ['nginx', '1.29-bookworm', '1.29-alpine'],
    ['nginx', 'stable', 'stable-alpine'],
    ['nginx', 'stable-perl', undefined],
    ['nginx', 'alpine-slim', undefined],
    ['golang', '1.25', undefined],
    ['python', 'rc', undefined],
  ] as const
  for (const [name, tag, expected] of cases) {
    assert.equal(smallerVariant(name, readImageTag(tag), tag)?.tag, expected, `${name}:${tag ?? ''}`)
  }
})
