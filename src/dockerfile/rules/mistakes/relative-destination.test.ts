import { describeRule } from '../testing/describe-rule.ts'
import { relativeDestination } from './relative-destination.ts'

describeRule(relativeDestination, {
  catches: {
    'a base that works in /': {
      dockerfile: 'FROM node\nCOPY package.json «./»\nCOPY src src\n',
      messages: [/^".\/" is relative to \//],
    },
    'a base that is not known': {
      dockerfile: 'from example.com/a\r\nadd a «b»\r\nworkdir /c\r\n',
      messages: [/only the base knows/],
    },
    'a stage below': 'FROM debian AS a\nCOPY x «y»\nFROM a\nWORKDIR /b\nCOPY z z\n',
  },
  leaves: {
    'WORKDIR above': 'FROM node\nWORKDIR /app\nCOPY package.json ./',
    'WORKDIR of the stage below': 'FROM node AS a\nWORKDIR /app\nFROM a\nCOPY package.json ./',
    'absolute paths': 'FROM node\nCOPY a /b\nCOPY a $HOME/b',
    'bases that work in a folder': 'FROM golang\nCOPY . .\nFROM php:8-apache\nCOPY . .',
    'stages that are not shipped': 'FROM node AS a\nCOPY . .\nFROM scratch\nCOPY --from=a /a /a',
    Windows: 'FROM mcr.microsoft.com/windows/nanoserver\nCOPY a b',
  },
})
