import { describeRule } from '../testing/describe-rule.ts'
import { wholeContextCopied } from './whole-context-copied.ts'

const dockerfile = 'FROM node\nWORKDIR /app\nCOPY «.» .\n'
const withoutMarks = 'FROM node\nWORKDIR /app\nCOPY . .\n'

describeRule(wholeContextCopied, {
  catches: {
    'the history of the repository': {
      dockerfile,
      context: { '.dockerignore': 'node_modules\n', '.git/HEAD': '', 'node_modules/a/b.js': '' },
      messages: [/^this takes \.git along$/],
    },
    'installed dependencies, also of parts of the repository': {
      dockerfile,
      context: { '.dockerignore': '.git\n', 'packages/web/node_modules/x.js': '', 'node_modules/y.js': '' },
      messages: [/^this takes node_modules and packages\/web\/node_modules along$/],
    },
    'build output beside the file that says what it is': {
      dockerfile,
      context: {
        '.dockerignore': '',
        'Cargo.toml': '',
        'target/debug/app': '',
        '.idea/x': '',
        '.vscode/y': '',
        '.tox/z': '',
      },
      messages: [/^this takes .*, .*, .* and 1 more along$/],
    },
    'secrets, before all else': {
      dockerfile,
      context: {
        '.dockerignore': '',
        '.git/HEAD': '',
        '.env': 'A=b',
        'deploy/id_rsa': '',
        '.npmrc': '//registry.example.com/:_authToken=abc',
      },
      messages: [/^this takes \.env, \.npmrc, deploy\/id_rsa and 1 more along$/],
    },
    'an environment of Python': {
      dockerfile,
      context: { '.dockerignore': '', 'venv/pyvenv.cfg': '', 'app.py': '' },
    },
    'what an exception takes back in': {
      dockerfile,
      context: { '.dockerignore': '*\n!node_modules\n', 'node_modules/a.js': '' },
    },
    'stages that are thrown away': {
      dockerfile: 'FROM node AS b\nCOPY «./» /x\nFROM nginx\nCOPY --from=b /x /y\n',
      context: { '.dockerignore': '', '.git/HEAD': '' },
    },
  },
  leaves: {
    'what the ignore file leaves out': {
      dockerfile: withoutMarks,
      context: { '.dockerignore': '**/node_modules\n.git\n', 'a/node_modules/b': '', '.git/HEAD': '', 'c.js': '' },
    },
    'what --exclude leaves out': {
      dockerfile: 'FROM node\nCOPY --exclude=.git . .\n',
      context: { '.dockerignore': '', '.git/HEAD': '' },
    },
    'names that are something else here': {
      dockerfile: withoutMarks,
      context: {
        '.dockerignore': '',
        'target/notes.md': '',
        'build/index.html': '',
        'vendor/x.go': '',
        'dist/app.js': '',
        '.git': '',
      },
    },
    'what only looks like a secret': {
      dockerfile: withoutMarks,
      context: {
        '.dockerignore': '',
        '.env.example': '',
        '.npmrc': '//registry.example.com/:_authToken=${TOKEN}',
        'ca.pem': '-----BEGIN CERTIFICATE-----',
        'tests/fixtures/id_rsa': '',
        'env/settings.py': '',
      },
    },
    'a context without an ignore file, which is another rule': {
      dockerfile: withoutMarks,
      context: { '.git/HEAD': '' },
    },
    'a context that nobody knows': withoutMarks,
    'folders of the context': {
      dockerfile: 'FROM node\nCOPY src /src\n',
      context: { '.dockerignore': '', 'src/node_modules/a': '' },
    },
  },
})
