import { describeRule } from '../testing/describe-rule.ts'
import { copyDestinationNotFolder } from './copy-destination-not-folder.ts'

describeRule(copyDestinationNotFolder, {
  catches: {
    'two files and no slash': {
      dockerfile: 'FROM node:22\nCOPY package.json package-lock.json «/app»\n',
      messages: [/^nothing makes "\/app" a folder, and 2 files go there$/],
      fixedUnsafely: 'FROM node:22\nCOPY package.json package-lock.json /app/\n',
    },
    'a relative path, in a stage on top of another': {
      dockerfile: 'from node:22 as a\r\nworkdir /app\r\nfrom a\r\ncopy --chown=1000 a.js b.js c.js «/srv2/lib»\r\n',
      fixedUnsafely: 'from node:22 as a\r\nworkdir /app\r\nfrom a\r\ncopy --chown=1000 a.js b.js c.js /srv2/lib/\r\n',
    },
    'files that the context knows': {
      dockerfile: 'FROM scratch\nCOPY LICENSE app «/data»\nADD a.txt b.txt «/x»\n',
      context: { LICENSE: '', app: '', 'a.txt': '', 'b.txt': '' },
      fixedUnsafely: 'FROM scratch\nCOPY LICENSE app /data/\nADD a.txt b.txt /x/\n',
    },
    JSON: { dockerfile: 'FROM debian\nCOPY ["a.txt", "b.txt", «"/app"»]\n' },
    'here-documents': {
      dockerfile: 'FROM debian\nCOPY <<A <<B «/app»\na\nA\nb\nB\n',
      fixedUnsafely: 'FROM debian\nCOPY <<A <<B /app/\na\nA\nb\nB\n',
    },
  },
  leaves: {
    'a slash, or a point':
      'FROM node\nCOPY a.js b.js /app/\nCOPY a.js b.js .\nCOPY a.js b.js ..\nCOPY a.js b.js /app/.',
    'one source': 'FROM node\nCOPY a.js /app\nCOPY *.js /app2',
    'folders that are there':
      'FROM node\nWORKDIR /app\nCOPY a.js b.js /app\nCOPY a.js b.js /tmp\nCOPY a.js b.js /usr/local/bin\nRUN mkdir -p /data/x\nCOPY a.js b.js /data/x\nRUN useradd -d /web web\nCOPY a.js b.js /web\nVOLUME /v\nCOPY a.js b.js /v',
    'folders that earlier instructions may have made':
      'FROM node\nCOPY src /app\nCOPY a.js b.js /app\nCOPY . /all\nCOPY a.js b.js /all/some\nRUN git clone https://example.com/a.git && make DESTDIR=$X\nCOPY a.js b.js /b',
    'a folder among the sources': {
      dockerfile: 'FROM node\nCOPY lib a.js /app',
      context: { 'lib/b.js': '', 'a.js': '' },
    },
    'sources that may be folders': 'FROM node\nCOPY lib bin /app\nCOPY --from=a /out/x /out/y /app',
    'bases that are not known':
      'FROM example.com/a\nCOPY a.js b.js /app\nFROM nginx\nCOPY a.conf b.conf /usr/share/nginx/html',
    'a working directory that is not known': 'FROM example.com/a\nCOPY a.js b.js lib',
    variables: 'FROM node\nARG D\nCOPY a.js b.js $D',
    'stages that the build does not need': 'FROM node AS a\nCOPY a.js b.js /app\nFROM scratch',
  },
})
