import { describeRule } from '../testing/describe-rule.ts'
import { directoryContentsCopied } from './directory-contents-copied.ts'

const context = { 'package.json': '', 'src/a.js': '', 'public/b.html': '', 'app.js': '' }

describeRule(directoryContentsCopied, {
  catches: {
    'a folder beside a file': {
      dockerfile: 'FROM node\nCOPY --chown=node «src» package.json ./\nCMD ["a"]\n',
      context,
      messages: [/^of the folder "src" only the content is copied/],
      fixedUnsafely: 'FROM node\nCOPY --chown=node package.json ./\nCOPY --chown=node src ./src\nCMD ["a"]\n',
    },
    'folders beside each other': {
      dockerfile: 'from node\r\n  copy «./src» public /app/\r\n',
      context,
      fixedUnsafely: 'from node\r\n  copy ./src /app/src\r\n  copy public /app/public\r\n',
    },
    'several lines, without a fix': { dockerfile: 'FROM node\nADD app.js \\\n  «src» \\\n  /app/\n', context },
  },
  leaves: {
    'one folder': { dockerfile: 'FROM node\nCOPY src ./\nCOPY src/ ./', context },
    files: { dockerfile: 'FROM node\nCOPY package.json app.js ./', context },
    'a slash at the end, which may be meant': { dockerfile: 'FROM node\nCOPY src/ package.json ./', context },
    'a destination of that name': { dockerfile: 'FROM node\nCOPY src app.js ./src', context },
    '--parents, which keeps the folder': { dockerfile: 'FROM node\nCOPY --parents src package.json ./', context },
    'the context itself, and patterns': { dockerfile: 'FROM node\nCOPY . app.js ./\nCOPY s* p* ./', context },
    'what is not known': 'FROM node\nCOPY src package.json ./',
    'other stages': { dockerfile: 'FROM node AS a\nFROM node\nCOPY --from=a src package.json ./', context },
    'stages that the build does not need': {
      dockerfile: 'FROM node AS a\nCOPY src package.json ./\nFROM scratch',
      context,
    },
  },
})
