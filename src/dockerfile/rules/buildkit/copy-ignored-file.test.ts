import { describeRule } from '../testing/describe-rule.ts'
import { copyIgnoredFile } from './copy-ignored-file.ts'

const context = { '.dockerignore': '*.env\nsecret\n' }

describeRule(copyIgnoredFile, {
  catches: {
    'files that are left out': {
      dockerfile: 'FROM a\nCOPY «prod.env» b «./secret/key» /\nADD [«"/x.env"», "/"]\n',
      context,
      messages: [/^\.dockerignore leaves out "prod\.env"$/, /"secret\/key"/, /"\/x\.env"/],
    },
    'a path that variables make': { dockerfile: 'FROM a\nARG F=prod\nCOPY «$F.env» /\n', context },
    'wildcards that match nothing else': { dockerfile: 'FROM a\nCOPY «*.env» /\n', context },
    'everything, where everything is left out': {
      dockerfile: 'FROM a\nCOPY «.» /\nCOPY «/» /\n',
      context: { '.dockerignore': '**' },
    },
    'a trigger where it is run': { dockerfile: 'FROM a AS b\nONBUILD COPY c.env /\nFROM «b»\n', context },
  },
  leaves: {
    'files that are taken': { dockerfile: 'FROM a\nCOPY b . /\nCOPY .env.example /', context },
    'files of stages and images': {
      dockerfile: 'FROM a AS b\nFROM c\nCOPY --from=b x.env /\nCOPY --from=d x.env /',
      context,
    },
    'what ADD fetches': {
      dockerfile: 'FROM a\nADD https://example.org/x.env git@example.org:secret /',
      context: { '.dockerignore': '**' },
    },
    'here-documents': { dockerfile: 'FROM a\nCOPY <<x.env /\nA=1\nx.env\n', context },
    'exceptions, which make folders uncertain': {
      dockerfile: 'FROM a\nCOPY secret /',
      context: { '.dockerignore': 'secret\n!secret/public' },
    },
    'a context that nobody knows': 'FROM a\nCOPY prod.env /',
  },
})
