import { describeRule } from '../testing/describe-rule.ts'
import { copySourceMissing } from './copy-source-missing.ts'

const files = { 'package.json': '', 'src/index.js': '', 'conf/app.yaml': '', 'docs/a/b.md': '' }

describeRule(copySourceMissing, {
  catches: {
    'files that are not there, with the nearest name': {
      dockerfile: 'FROM node\nCOPY «pakage.json» yarn.lock* ./\nADD «src/indx.js» conf/app.yaml /a/\n',
      context: files,
      messages: [/^"pakage.json" is not in the build context$/],
      fixedUnsafely: 'FROM node\nCOPY package.json yarn.lock* ./\nADD src/index.js conf/app.yaml /a/\n',
    },
    'another case, and paths of the machine': {
      dockerfile: 'from node\r\ncopy «Package.json» «/etc/hosts.allow» «lib» ./\r\n',
      context: files,
      fixedUnsafely: 'from node\r\ncopy package.json /etc/hosts.allow lib ./\r\n',
    },
    'files below a file, and in folders that are missing': {
      dockerfile: 'FROM node\nCOPY «package.json/a» «x/y» «x/*.js» src ./\n',
      context: files,
    },
    'a context that is most likely another, once': {
      dockerfile: 'FROM node\nCOPY «go.mod» go.sum ./\nCOPY cmd cmd\nCOPY . .\n',
      context: files,
    },
    mounts: {
      dockerfile: 'FROM node\nRUN --mount=type=bind,source=«packge.json»,target=a --mount=source=«x»,target=b c\n',
      context: files,
      fixedUnsafely: 'FROM node\nRUN --mount=type=bind,source=package.json,target=a --mount=source=x,target=b c\n',
    },
    'patterns of which none matches': {
      dockerfile: 'FROM node\nCOPY «*.lock go.su*» ./\nCOPY «docs/*/*.txt» ./\nCOPY src ./\n',
      context: files,
      messages: [/^nothing in the build context matches "\*\.lock"$/],
    },
    'paths that lead out of the context, known or not': {
      dockerfile: 'FROM node\nCOPY «../shared» ./\nCOPY «src/../../a» b\n',
    },
    'paths that lead out of a context that is known': {
      dockerfile: 'FROM node\nCOPY «../shared» ./\n',
      context: files,
    },
    'what an ignore file with exceptions leaves out': {
      dockerfile: 'FROM node\nCOPY «package.json» src ./\n',
      context: { ...files, '.dockerignore': '*\n!src\n' },
      messages: [/^\.dockerignore leaves out "package.json"$/],
    },
    'what is made before the build, as information': {
      dockerfile: 'FROM node\nCOPY «dist/app.js» ./\nCOPY «main.bin» src ./\n',
      context: { ...files, '.gitignore': '# made\n*.bin\n' },
    },
  },
  leaves: {
    'what is there': {
      dockerfile:
        'FROM node\nCOPY package.json ./src /conf/ . docs/*/*.md src/i?dex.[jt]s ./\nCOPY . .\nRUN --mount=source=src,target=a b',
      context: files,
    },
    'patterns beside a file that is there': {
      dockerfile: 'FROM node\nCOPY package.json yarn.lock* go.su[m] ./',
      context: files,
    },
    'a context that is not known': 'FROM node\nCOPY a b',
    'stages, images, URLs and here-documents': {
      dockerfile:
        'FROM node AS a\nFROM node\nCOPY --from=a /x /y\nADD https://example.com/a git@github.com:a/b.git /c/\nCOPY <<EOF /d\na\nEOF\nRUN --mount=type=cache,source=x,target=/y --mount=from=a,source=z,target=/z b',
      context: files,
    },
    'variables without a value': { dockerfile: 'FROM node\nARG A\nCOPY $A/b c', context: files },
    'what is ignored, where the check of BuildKit speaks': {
      dockerfile: 'FROM node\nCOPY src dist ./',
      context: { ...files, '.dockerignore': 'src\ndist\n' },
    },
    'a folder of which an exception takes something': {
      dockerfile: 'FROM node\nCOPY src/index.js src ./',
      context: { ...files, '.dockerignore': 'src\n!src/index.js\n' },
    },
    'flags that the reader reports': {
      dockerfile: 'FROM node\nCOPY --form=a x y\nCOPY --chmod 755 package.json /z',
      context: files,
    },
    'stages that the build does not need': { dockerfile: 'FROM node AS a\nCOPY x y\nFROM scratch', context: files },
  },
})
