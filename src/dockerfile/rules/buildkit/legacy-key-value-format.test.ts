import { describeRule } from '../testing/describe-rule.ts'
import { legacyKeyValueFormat } from './legacy-key-value-format.ts'

describeRule(legacyKeyValueFormat, {
  catches: {
    'ENV and LABEL without an equals sign': {
      dockerfile: 'FROM a\nENV «b»  c\nlabel «d» $e/f\n',
      messages: [/^ENV has no equals sign/, /^label/],
      fixed: 'FROM a\nENV b=c\nlabel d=$e/f\n',
    },
    'a value with blanks, which gets quotes': {
      dockerfile: 'FROM a\nENV «b» c d=$e  f\n',
      fixed: 'FROM a\nENV b="c d=$e  f"\n',
    },
    'a value in quotes': { dockerfile: `FROM a\nENV «b» "c d"'e'\n`, fixed: `FROM a\nENV b="c d"'e'\n` },
    'a value in two lines': {
      dockerfile: 'FROM a\nENV «b» \\\n  c \\\n  d\n',
      fixed: 'FROM a\nENV b="c \\\n  d"\n',
    },
    'a path of Windows': {
      dockerfile: '# escape=`\nFROM a\nENV «b» C:\\c\n',
      fixed: '# escape=`\nFROM a\nENV b=C:\\c\n',
    },
    'quotes between blanks, which it does not mend': 'FROM a\nENV «b» a "c" d\nENV «b» c\\ d e\n',
    'a comment behind the name, which it keeps': 'FROM a\nENV «b» \\\n# why\n  c\n',
    'a trigger where it is run': 'FROM a AS b\nONBUILD ENV c d\nFROM «b»\n',
  },
  leaves: {
    'equals signs': 'FROM a\nENV b=c d="e f"\nLABEL b=c',
    'what cannot be read': 'FROM a\nENV b',
    ARG: 'FROM a\nARG b c',
  },
})
