import { describeRule } from '../testing/describe-rule.ts'
import { trailingComment } from './trailing-comment.ts'

describeRule(trailingComment, {
  catches: {
    'comments behind WORKDIR, USER and VOLUME, and gives them a line': {
      dockerfile: 'FROM debian\nWORKDIR /app «# here»\nUSER 1000 «#not root»\r\n  VOLUME /a «# b»\n',
      fixedUnsafely: 'FROM debian\n# here\nWORKDIR /app\n#not root\nUSER 1000\r\n  # b\n  VOLUME /a\n',
    },
    'comments behind COPY, ADD and ARG': {
      dockerfile: 'FROM debian\ncopy a b «# the file»\nADD a b «# c»\nARG A=1 «# d»\n',
      fixedUnsafely: 'FROM debian\n# the file\ncopy a b\n# c\nADD a b\n# d\nARG A=1\n',
    },
    'comments that make a shell form of the exec form': {
      dockerfile: 'FROM debian\nCMD ["a", "b"] «# run»\nENTRYPOINT [ "c" ] «# d»\n',
      fixedUnsafely: 'FROM debian\n# run\nCMD ["a", "b"]\n# d\nENTRYPOINT [ "c" ]\n',
    },
    'the old form of ENV': {
      dockerfile: 'FROM debian\nENV A b «# c»\n',
      fixedUnsafely: 'FROM debian\n# c\nENV A b\n',
    },
    'one in several lines, without a fix': 'FROM debian\nCOPY a \\\n  b «# c»\n',
  },
  leaves: {
    'lines of their own': 'FROM debian\n# a\nCOPY a \\\n  # b\n  c\n',
    'scripts, where a shell knows comments': 'FROM debian\nRUN a # b\nCMD a # b\nHEALTHCHECK CMD a # b',
    'a # in a word, or in quotes':
      'FROM debian\nCOPY a#b /c#d\nWORKDIR "/a # b"\nADD https://example.com/a.git#main /a\nCMD ["#", "a # b"]',
    'what the reader reports': 'FROM debian # a\nEXPOSE 80 # b\nENV A=b # c\nSTOPSIGNAL TERM # d',
    'here-documents': 'FROM debian\nCOPY <<EOF /a\n# b\nEOF',
    JSON: 'FROM debian\nCOPY ["a #b", "c # d"]',
  },
})
