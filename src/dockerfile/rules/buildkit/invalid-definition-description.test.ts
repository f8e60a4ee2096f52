import { describeRule } from '../testing/describe-rule.ts'
import { invalidDefinitionDescription } from './invalid-definition-description.ts'

const asked = '# check=experimental=InvalidDefinitionDescription\n'

describeRule(invalidDefinitionDescription, {
  catches: {
    'a comment that begins with something else': {
      dockerfile: `${asked}# the version\nARG «VERSION»=1\nFROM a\n`,
      messages: [/"VERSION"/],
      fixed: `${asked}# the version\n#\nARG VERSION=1\nFROM a\n`,
    },
    'the last of several comments, with empty lines below': {
      dockerfile: `${asked}# build it\n# well\n\nFROM a AS «Build»\n`,
      messages: [/"build"/],
      fixed: `${asked}# build it\n# well\n\n#\nFROM a AS Build\n`,
    },
    'an ARG of several': {
      dockerfile: `${asked}\n# C is it\nARG «A» B\nFROM a\n`,
      messages: [/the name of an argument/],
      fixed: `${asked}\n# C is it\n#\nARG A B\nFROM a\n`,
    },
    'a comment that is indented, which BuildKit does not take for a description': {
      dockerfile: `${asked}FROM a\n  # B is it\nARG «B»\n`,
      fixed: `${asked}FROM a\n  # B is it\n#\nARG B\n`,
    },
    'where a comment asks for it': {
      dockerfile: 'FROM a\n# check=experimental=all\n# why\nARG «B»\n# why\nARG C\n',
    },
    'where the caller asks for it': {
      dockerfile: 'FROM a\n# why\nARG «B»\n',
      options: { experimental: true },
      fixed: 'FROM a\n# why\n#\nARG B\n',
    },
  },
  leaves: {
    'files that do not ask for it': '# why\nARG A\nFROM a',
    'comments that begin with a name': `${asked}# A is it\nARG A\n# C too\nARG B C\nFROM a\n# s is it\nFROM a AS s`,
    'comments that an empty one ends': `${asked}# why\n#\nARG A\nFROM a`,
    'other instructions, and stages without a name': `${asked}\n# why\nFROM a\n# why\nRUN b`,
  },
})
