import { describeRule } from '../testing/describe-rule.ts'
import { pathOverwritten } from './path-overwritten.ts'

describeRule(pathOverwritten, {
  catches: {
    'a PATH without what was there, and adds it': {
      dockerfile: 'FROM node\nENV PATH=«/app/bin»\nENV A=b PATH=«"/opt/venv/bin:/x"»\r\nenv PATH «/go/bin»\n',
      fixedUnsafely:
        'FROM node\nENV PATH=/app/bin:$PATH\nENV A=b PATH="/opt/venv/bin:/x:$PATH"\r\nenv PATH /go/bin:$PATH\n',
    },
    'a dollar sign that is missing': {
      dockerfile: 'FROM node\nENV PATH=«/app/bin:PATH»\n',
      fixedUnsafely: 'FROM node\nENV PATH=/app/bin:$PATH\n',
    },
    'single quotes, without a fix': "FROM node\nENV PATH=«'/app/bin'»\n",
  },
  leaves: {
    'what was there': 'FROM node\nENV PATH=/app/bin:$PATH\nENV PATH="${PATH}:/b"',
    'the folders of the system': 'FROM node\nENV PATH=/app/bin:/usr/local/bin:/usr/bin:/bin',
    'other variables': 'FROM node\nENV MANPATH=/a GOPATH=/go',
    'a variable of the file': 'FROM node\nARG P\nENV PATH=$P\nENV BASE=/usr/bin\nENV PATH=$BASE',
    'images without a system': 'FROM scratch\nENV PATH=/app\nFROM gcr.io/distroless/static\nENV PATH=/app',
    Windows:
      'FROM mcr.microsoft.com/windows/nanoserver\nENV PATH=C:/a\nARG BASE\nFROM $BASE\nENV PATH="C:\\\\bin;C:\\\\Windows"',
    'RUN, and an ARG': 'FROM node\nARG PATH=/a\nRUN export PATH=/a && b',
  },
})
