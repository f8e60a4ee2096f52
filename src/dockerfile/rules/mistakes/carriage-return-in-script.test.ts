import { describeRule } from '../testing/describe-rule.ts'
import { carriageReturnInScript } from './carriage-return-in-script.ts'

describeRule(carriageReturnInScript, {
  catches: {
    'a script, and takes them away': {
      dockerfile: 'FROM debian\r\nRUN «<<EOF»\r\napt-get update\r\necho a\r\nEOF\r\nCMD ["a"]\r\n',
      fixedUnsafely: 'FROM debian\r\nRUN <<EOF\r\napt-get update\necho a\nEOF\r\nCMD ["a"]\r\n',
    },
    'files and input of programs': {
      dockerfile:
        'FROM debian\r\nrun «<<EOF»\r\n#!/usr/bin/env python3\r\nEOF\r\nrun cat «<<A» <<B\r\na\r\nA\r\nb\r\nB\r\n',
      fixedUnsafely: 'FROM debian\r\nrun <<EOF\r\n#!/usr/bin/env python3\nEOF\r\nrun cat <<A <<B\r\na\nA\r\nb\nB\r\n',
    },
  },
  leaves: {
    'other instructions': 'FROM debian\r\nRUN a \\\r\n  && b\r\nCOPY <<EOF /a\r\nb\r\nEOF\r\n',
    'the line ends of Unix': 'FROM debian\nRUN <<EOF\na\nEOF\n',
    'an empty script': 'FROM debian\r\nRUN <<EOF\r\nEOF\r\n',
    Windows: 'FROM mcr.microsoft.com/windows/nanoserver\r\nRUN <<EOF\r\na\r\nEOF\r\n',
  },
})
