import { describeRule } from '../testing/describe-rule.ts'
import { noEmptyContinuation } from './no-empty-continuation.ts'

describeRule(noEmptyContinuation, {
  catches: {
    'an empty line in an instruction': {
      dockerfile: 'FROM a\nRUN b \\\n«\n»  c\n',
      messages: [/^RUN goes on/],
      fixed: 'FROM a\nRUN b \\\n  c\n',
    },
    'several, and lines of blanks, and leaves comments': {
      dockerfile: 'FROM a\nENV A=1 \\\n« \t\n»\\\n\n# why\n\n  B=2 \\\n\n  C=3\n',
      fixed: 'FROM a\nENV A=1 \\\n\\\n# why\n  B=2 \\\n  C=3\n',
    },
    'line ends of Windows': {
      dockerfile: 'FROM a\r\nRUN b \\\r\n«\r\n»  c\r\n',
      fixed: 'FROM a\r\nRUN b \\\r\n  c\r\n',
    },
    'an empty line at the end of the file': {
      dockerfile: 'FROM a\nRUN b \\\n«\n»',
      fixed: 'FROM a\nRUN b \\\n',
    },
    'the other escape character': {
      dockerfile: '# escape=`\nFROM a\nRUN b `\n«\n»  c\n',
      fixed: '# escape=`\nFROM a\nRUN b `\n  c\n',
    },
  },
  leaves: {
    'comments in an instruction': 'FROM a\nRUN b \\\n# why\n  c\n',
    'empty lines between instructions': 'FROM a\n\n\nRUN b\n',
    'empty lines in a here-document': 'FROM a\nRUN <<EOF\na \\\n\nb\nEOF\n',
  },
})
