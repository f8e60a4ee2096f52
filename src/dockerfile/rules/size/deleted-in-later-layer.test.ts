import { describeRule } from '../testing/describe-rule.ts'
import { deletedInLaterLayer } from './deleted-in-later-layer.ts'

describeRule(deletedInLaterLayer, {
  catches: {
    'a download, and removes it where it is fetched': {
      dockerfile:
        'FROM debian\nRUN curl -o /tmp/a.zip https://example.com/a.zip && \\\n    unzip /tmp/a.zip -d /opt/a\nRUN rm «/tmp/a.zip»\nCMD ["a"]\n',
      fixed:
        'FROM debian\nRUN curl -o /tmp/a.zip https://example.com/a.zip && \\\n    unzip /tmp/a.zip -d /opt/a && \\\n    rm /tmp/a.zip\nCMD ["a"]\n',
      messages: [/^\/tmp\/a\.zip is removed in a later layer/],
    },
    'a download in a folder that nobody knows, by a name with a variable':
      'FROM openjdk\nENV A=x.zip\nRUN wget https://example.com/$A\nRUN unzip $A\nRUN rm «$A»\n',
    'all that is in a folder for temporary files': {
      dockerfile: 'FROM debian\r\nrun wget -P /tmp https://example.com/a.tgz\r\nrun rm -rf «/tmp/*»\r\n',
      fixed: 'FROM debian\r\nrun wget -P /tmp https://example.com/a.tgz && rm -rf /tmp/*\r\n',
    },
    'what COPY and ADD put there':
      'FROM debian AS base\nCOPY a.deb /tmp/\nFROM base\nRUN dpkg -i /tmp/a.deb && rm -f «/tmp/a.deb»\nADD https://example.com/b.tgz /b.tgz\nRUN tar xf /b.tgz && rm «/b.tgz»\n',
    'what another stage gave':
      'FROM gcc AS a\nFROM debian\nCOPY --from=a /out /opt/out\nRUN cd /opt && rm -r «out»\nCOPY --from=a /src /app\nRUN rm -rf «/app/tests»\n',
    'a small file, lightly': {
      dockerfile:
        'FROM python\nCOPY requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt && rm «/tmp/requirements.txt»\n',
    },
    'a part of the context, where the context has it': {
      dockerfile: 'FROM node\nWORKDIR /app\nCOPY . .\nRUN rm -rf «tests» docs\n',
      context: { 'tests/a.js': '', '.dockerignore': 'docs\n', 'docs/a.md': '' },
    },
    'a part of the context, where nobody knows the context':
      'FROM node\nWORKDIR /app\nCOPY . .\nRUN npm run build\nRUN set -e; rm -rf «src»\n',
    'modules and repositories':
      'FROM node\nWORKDIR /app\nRUN npm ci\nRUN git clone https://example.com/x.git\nRUN rm -rf «node_modules»\nRUN rm -rf «/app/x»\n'.replace(
        'RUN rm -rf «/app/x»',
        'RUN true\nRUN rm -rf «/app/x»',
      ),
    packages: {
      dockerfile:
        'FROM debian\nRUN apt-get install -y build-essential=12.9 git\nRUN make\nRUN apt-get purge -y --auto-remove «build-essential» git\nRUN apt-get purge git\n',
      messages: [/^build-essential and 1 more are removed in a later layer than the one that installed them$/],
    },
    'packages of Alpine by the name of their group, and packages in a variable':
      'FROM alpine\nRUN apk add --no-cache --virtual .build gcc && apk add --no-cache --virtual=.b2 git $X\nRUN make\nRUN apk del «.build»\nRUN apk del «.b2»\nRUN apk del «$X»\n',
    'development dependencies': 'FROM node\nRUN npm ci\nRUN npm run build\nRUN «npm prune --omit=dev»\n',
    'what is moved': {
      dockerfile: 'FROM debian\nCOPY big.tar.gz /tmp/\nRUN mv «/tmp/big.tar.gz» /opt\n',
      messages: [/moved/],
    },
    'a here-document': 'FROM debian\nCOPY a.zip /\nRUN <<EOF\nunzip /a.zip\nrm «/a.zip»\nEOF\n',
  },
  leaves: {
    'what the same RUN added':
      'FROM debian\nRUN curl -O https://example.com/a.zip && unzip a.zip && rm a.zip\nRUN apt-get install -y gcc && make && apt-get purge -y gcc\nRUN apk add --virtual .b gcc && apk del .b\n',
    'what is added again': 'FROM debian\nRUN wget -O /a https://example.com && rm /a\nCOPY a /a\nRUN true\n',
    'what the base image brought':
      'FROM nginx\nRUN rm -rf /usr/share/nginx/html/* /etc/nginx/conf.d/default.conf\nCOPY dist /usr/share/nginx/html\nCOPY a.conf /etc/nginx/conf.d/\nRUN rm /etc/nginx/conf.d/b.conf\nRUN apt-get purge -y curl\n',
    'a folder of the system that was copied into': 'FROM nginx\nCOPY etc /etc/nginx\nRUN rm -rf /etc/nginx/conf.d\n',
    'stages of which only files are taken':
      'FROM gcc AS a\nCOPY a.zip /\nRUN rm /a.zip\nRUN apt-get install -y gcc\nRUN apt-get purge gcc\nFROM debian\nCOPY --from=a /x /x\n',
    'what the context does not have': {
      dockerfile: 'FROM node\nWORKDIR /app\nCOPY . .\nRUN rm -rf tests tmp/pids\n',
      context: { 'a.js': '', '.dockerignore': 'tests\n', 'tests/a.js': '' },
    },
    'a folder that the RUN itself may have made':
      'FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build && rm -rf node_modules\n',
    'secrets, which are a matter of safety':
      'FROM debian\nCOPY id_rsa /root/.ssh/id_rsa\nCOPY .npmrc ./\nRUN rm -rf /root/.ssh\nRUN rm .npmrc\n',
    'lists and caches, of which other rules speak':
      'FROM debian\nRUN apt-get update && npm ci\nRUN rm -rf /var/lib/apt/lists/* ~/.npm && npm cache clean --force\n',
    'what may not happen, and what nobody knows':
      'FROM debian\nCOPY a.zip b.zip /\nRUN test -f /x || rm /a.zip\nRUN cd $X && rm b.zip\nRUN find / -name "*.zip" -delete\n',
    'another folder of the same name':
      'FROM debian\nCOPY a.zip ./\nWORKDIR x\nRUN rm -f a.zip\nRUN cd /y && rm a.zip\n',
    'what goes into a cache':
      'FROM debian\nRUN --mount=type=cache,target=/dl wget -P /dl https://example.com/a\nRUN rm -rf /dl\n',
    'other programs and triggers':
      'FROM debian\nCOPY a.zip /\nRUN echo rm /a.zip\nONBUILD RUN rm /a.zip\nRUN ["rm"]\nSHELL ["cmd", "/C"]\nRUN rm /a.zip\n',
  },
})
