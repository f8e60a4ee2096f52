import { describeRule } from '../testing/describe-rule.ts'
import { metadataDoublesFiles } from './metadata-doubles-files.ts'

describeRule(metadataDoublesFiles, {
  catches: {
    'chown -R of what was copied, and gives the owner to COPY': {
      dockerfile:
        'FROM node\nWORKDIR /app\nCOPY package.json ./\nCOPY --link . .\n\nRUN «chown -R node:node /app»\nUSER node\n',
      fixedUnsafely:
        'FROM node\nWORKDIR /app\nCOPY --chown=node:node package.json ./\nCOPY --link --chown=node:node . .\n\nUSER node\n',
      messages: [/^chown stores everything in \/app a second time$/],
    },
    'chmod -R, in lower case and with line ends of Windows': {
      dockerfile: 'from nginx\r\ncopy html /usr/share/nginx/html\r\nrun «chmod -R 755 /usr/share/nginx/html/»\r\n',
      fixedUnsafely: 'from nginx\r\ncopy --chmod=755 html /usr/share/nginx/html\r\n',
    },
    'a download, whose mode is known before': {
      dockerfile:
        'FROM debian\nADD https://example.com/wp.phar /usr/local/bin/wp\nRUN «chmod 0755 /usr/local/bin/wp»\n',
      fixed: 'FROM debian\nADD --chmod=0755 https://example.com/wp.phar /usr/local/bin/wp\n',
    },
    'a program of another stage': {
      dockerfile:
        'FROM golang AS a\nFROM debian\nCOPY --from=a /out/main /\nRUN «chmod 777 /main»\nCOPY --from=a /out/x /x\nRUN «chmod +x /x»\n',
      fixedUnsafely:
        'FROM golang AS a\nFROM debian\nCOPY --from=a --chmod=777 /out/main /\nCOPY --from=a /out/x /x\nRUN chmod +x /x\n',
    },
    'what touch does to a jar':
      "FROM eclipse-temurin:21-jre\nCOPY target/app.jar app.jar\nRUN sh -c '«touch app.jar»'\n",
    'among other commands, without a fix':
      'FROM python\nCOPY . /code\nRUN useradd app && «chown -R app /code» && chmod -R g+w /code\n',
    'a folder around what was copied, relative and behind cd':
      'FROM node\nCOPY . /srv/app\nRUN cd /srv && «chown --recursive node .»\n',
    'modules that an earlier RUN installed': 'FROM node\nWORKDIR /app\nRUN npm ci\nRUN «chown -R node /app»\n',
    'what a download left': 'FROM debian\nRUN curl -o /usr/bin/x https://example.com/x\nRUN «chmod 755 /usr/bin/x»\n',
    'a COPY that has another owner already, and one in a base stage':
      'FROM node AS base\nCOPY --chown=1:1 . /app\nFROM base\nRUN «chown -R 2:2 /app»\n',
    'an owner in a variable, and one of another file':
      'FROM node\nARG U=1\nCOPY . /app\nRUN «chown -R $U /app»\nRUN «chgrp -R 0 /app»\nRUN «chown -R --reference=/x /app»\n',
    'a part of what was copied, lightly': 'FROM node\nCOPY . /app\nRUN «chown -R node /app/assets»\n',
  },
  leaves: {
    'what the same RUN made': 'FROM node\nWORKDIR /app\nRUN npm ci && chown -R node /app\n',
    'folders with nothing in them':
      'FROM node\nRUN mkdir -p /data && chown -R node /data\nWORKDIR /app\nRUN chown node:node /app\n',
    'a folder alone': 'FROM node\nCOPY . /app\nRUN chown node /app && chmod 755 /app\n',
    'what comes later': 'FROM node\nRUN chown -R node /app\nCOPY . /app\n',
    'small files':
      'FROM node\nCOPY entrypoint.sh /entrypoint.sh\nCOPY nginx.conf /etc/nginx/\nRUN chmod +x /entrypoint.sh && chown -R nginx /etc/nginx\n',
    'folders that are empty in the beginning':
      'FROM ruby AS b\nFROM ruby\nCOPY --from=b /rails /rails\nWORKDIR /rails\nRUN chown -R rails:rails db log storage tmp\n',
    'stages of which only files are taken':
      'FROM node AS a\nCOPY . /app\nRUN chown -R node /app\nFROM node\nCOPY --from=a /app /app\n',
    'files of the base image': 'FROM nginx\nRUN chown -R nginx /var/cache/nginx\n',
    'what is mounted': 'FROM node\nCOPY . /app\nRUN --mount=type=cache,target=/app chown -R node /app\n',
    'what may not happen, and what nobody knows':
      'FROM node\nCOPY . /app\nRUN test -d /x || chown -R node /app\nRUN chown -R node "$X"\nRUN cd $X && chown -R node .\n',
    'another folder of the same name': 'FROM node\nCOPY . /app\nRUN chown -R node /application /ap\n',
    'triggers and other programs':
      'FROM node\nCOPY . /app\nONBUILD RUN chown -R node /app\nRUN echo chown -R node /app\nRUN chown\n',
  },
})
