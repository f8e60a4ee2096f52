import { describeRule } from '../testing/describe-rule.ts'
import { addInsteadOfCopy } from './add-instead-of-copy.ts'

describeRule(addInsteadOfCopy, {
  catches: {
    'files and folders': {
      dockerfile: 'FROM node\n«ADD» package.json ./\n«add» . /app\r\n«ADD» --chown=node src/ a.conf /b/\n',
      messages: [/^COPY does the same as this ADD$/],
      fixed: 'FROM node\nCOPY package.json ./\ncopy . /app\r\nCOPY --chown=node src/ a.conf /b/\n',
    },
    'folders that the context knows': {
      dockerfile: 'FROM node\n«ADD» src /app\n',
      context: { 'src/a': '' },
      fixed: 'FROM node\nCOPY src /app\n',
    },
    'texts that are only compressed': {
      dockerfile: 'FROM mysql\n«ADD» schema.sql.gz data.csv.xz /docker-entrypoint-initdb.d/\n',
      fixed: 'FROM mysql\nCOPY schema.sql.gz data.csv.xz /docker-entrypoint-initdb.d/\n',
    },
    'what could be an archive by its content': {
      dockerfile: 'FROM node\n«ADD» app /app\n«ADD» ["data.bin", "/b"]\n',
      fixedUnsafely: 'FROM node\nCOPY app /app\nCOPY ["data.bin", "/b"]\n',
    },
  },
  leaves: {
    archives: 'FROM node\nADD rootfs.tar.gz /\nADD a.tgz b.tar.xz c.txz /\nADD *.tar /\nADD a.gz /',
    'addresses and repositories':
      'FROM node\nADD https://example.com/a.json /a\nADD git@github.com:a/b.git#v1 /b\nADD https://github.com/a/b.git /c',
    'what only ADD can do':
      'FROM node\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a /a\nADD --unpack=true a.bin /a',
    'patterns and variables that may be anything': 'FROM node\nARG A\nADD $A /a\nADD files/* /b',
    COPY: 'FROM node\nCOPY a /b',
    'stages that the build does not need': 'FROM node AS a\nADD a.json /b\nFROM scratch',
  },
})
