import { describeRule } from '../testing/describe-rule.ts'
import { deprecatedBase } from './deprecated-base.ts'

describeRule(deprecatedBase, {
  catches: {
    'openjdk, in every variant': {
      dockerfile: 'FROM «openjdk:11-jre-slim»\n',
      messages: [/^openjdk was given up in 2022: "openjdk:11-jre-slim"$/],
    },
    'ONBUILD variants': {
      dockerfile: 'from «python:3-onbuild»\r\nRUN true\r\n',
      messages: [/^ONBUILD variants of official images were given up in 2016/],
    },
    'families of images':
      'FROM «adoptopenjdk/openjdk11:alpine» AS a\nFROM «mcr.microsoft.com/dotnet/core/aspnet:3.1»\nCOPY --from=a /x /x\n',
    'an image by its whole name': 'FROM «docker.io/library/java:8»\n',
    'the stage for building as well': 'FROM «centos:7» AS build\nFROM alpine\nCOPY --from=build /a /a\n',
    'an image once':
      'FROM «openjdk:17» AS a\nFROM openjdk:17 AS b\nFROM alpine\nCOPY --from=a /x /x\nCOPY --from=b /y /y\n',
  },
  leaves: {
    'what took their place':
      'FROM eclipse-temurin:21\nFROM mcr.microsoft.com/dotnet/sdk:10.0\nFROM jenkins/jenkins:lts\nFROM hashicorp/vault:1.20',
    'images of the same name elsewhere':
      'FROM example.org/openjdk:17\nFROM team/centos:7\nFROM quay.io/centos/centos:stream9',
    'a tag of somebody else that says onbuild': 'FROM team/node:onbuild',
    'stages that are not needed': 'FROM openjdk:8 AS old\nFROM alpine',
  },
})
