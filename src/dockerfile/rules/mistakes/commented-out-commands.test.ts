import { describeRule } from '../testing/describe-rule.ts'
import { commentedOutCommands } from './commented-out-commands.ts'

describeRule(commentedOutCommands, {
  catches: {
    'a comment in the middle of a command, and gives it a line': {
      dockerfile: 'FROM debian\nRUN apt-get update \\\n    && a «# first» \\\n    && b \\\n    && c\n',
      fixedUnsafely: 'FROM debian\nRUN apt-get update \\\n    && a \\\n    # first\n    && b \\\n    && c\n',
    },
    'several, with CRLF': {
      dockerfile: 'from debian\r\nrun a «# one» \\\r\n  && b # two \\\r\n  && c\r\n',
      fixedUnsafely: 'from debian\r\nrun a \\\r\n  # one\r\n  && b \\\r\n  # two\r\n  && c\r\n',
    },
    'one in a list of packages': {
      dockerfile: 'FROM debian\nRUN apt-get install -y \\\n  curl «# downloads»  \\  \n  # more\n  git\n',
      fixedUnsafely: 'FROM debian\nRUN apt-get install -y \\\n  curl \\\n  # downloads\n  # more\n  git\n',
    },
    'one in CMD': {
      dockerfile: 'FROM debian\nCMD a «# b» \\\n  --c\n',
      fixedUnsafely: 'FROM debian\nCMD a \\\n  # b\n  --c\n',
    },
    'one that begins the command': {
      dockerfile: 'FROM debian\nRUN «# all» \\\n  a\n',
      fixedUnsafely: 'FROM debian\nRUN \\\n  # all\n  a\n',
    },
  },
  leaves: {
    'comments in lines of their own': 'FROM debian\nRUN a \\\n  # b\n  && c \\\n# d\n  && e',
    'a comment at the end': 'FROM debian\nRUN a && b # c\nRUN a \\\n  && b # c \\\n  # d\n',
    'what is no comment': `FROM debian\nRUN echo a#b "# c" '# d' \\# $# \\\n  && e`,
    'here-documents': 'FROM debian\nRUN <<EOF\na # b\nc\nEOF\nRUN cat <<EOF # x\na # b\nc\nEOF',
    'another shell': 'FROM debian\nSHELL ["pwsh", "-c"]\nRUN a # b \\\n  c',
  },
})
