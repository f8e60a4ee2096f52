import { describeRule } from '../testing/describe-rule.ts'
import { spaceBeforeEquals } from './space-before-equals.ts'

describeRule(spaceBeforeEquals, {
  catches: {
    'blanks around the equals sign': {
      dockerfile: 'FROM debian\nENV «A = b»\nenv «C =d»\r\nLABEL «e = "f g"»\n',
      messages: [/^the value of A is "= b"/],
      fixedUnsafely: 'FROM debian\nENV A=b\nenv C=d\r\nLABEL e="f g"\n',
    },
    'a value of several words, without a fix': 'FROM debian\nENV «A = b c»\n',
  },
  leaves: {
    pairs: 'FROM debian\nENV A=b C="= d" E==f',
    'the old form': 'FROM debian\nENV A b = c\nLABEL a b',
    'what the reader reports': 'FROM debian\nENV A= b\nARG A = b',
  },
})
