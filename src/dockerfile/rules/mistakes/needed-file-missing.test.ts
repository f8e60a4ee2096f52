import { describeRule } from '../testing/describe-rule.ts'
import { neededFileMissing } from './needed-file-missing.ts'

describeRule(neededFileMissing, {
  catches: {
    'dependencies before anything is copied': {
      dockerfile: 'FROM node:22\nWORKDIR /app\nRUN «npm ci»\nCOPY . .\n',
      messages: [/^npm ci needs "package-lock.json", and nothing has brought it to \/app$/],
    },
    'a lock file that is not among the files':
      'FROM node:22\nWORKDIR /usr/src/app\nCOPY package.json ./\nRUN «npm ci»\n',
    'a script that does other things before':
      'FROM node:22\nWORKDIR /srv/x\nRUN npm config set a b && «npm ci» && npm config delete a\n',
    'files elsewhere, of other tools': {
      dockerfile:
        'from python:3.13\r\nworkdir /app\r\ncopy requirements.txt /tmp/\r\nrun «pip install -r requirements.txt»\r\nrun cd /srv/x && «bundle install»\r\n',
      messages: [/requirements.txt.* \/app$/, /Gemfile.*\/srv\/x$/],
    },
    'CMD of a stage that got folders only': {
      dockerfile:
        'FROM node:22 AS base\nRUN corepack enable\nFROM base\nWORKDIR /app\nCOPY --from=a /app/node_modules /app/node_modules\nCOPY --from=a /app/dist /app/dist\nCMD [«"npm", "start"»]\n',
      messages: [/^npm start needs "package.json"/],
    },
    'scripts and programs of the project':
      'FROM debian:13 AS a\nWORKDIR /app\nCOPY app.conf ./\nRUN «./build.sh»\nFROM debian:13 AS b\nRUN «sh /app/install.sh»\nFROM debian:13\nCOPY --from=a /x /y.conf\nCOPY --from=b /x /z.conf\nENTRYPOINT [«"/app/server"»]\n',
    'files that the context does not have in the folder': {
      dockerfile: 'FROM node:22\nWORKDIR /app\nCOPY src ./\nCMD [«"node", "server.js"»]\n',
      context: { 'src/index.js': '', 'server.js': '' },
    },
  },
  leaves: {
    'files that are there':
      'FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nCMD ["npm", "start"]',
    'a folder above':
      'FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nWORKDIR /app/web\nRUN npm ci',
    mounts:
      'FROM node:22\nWORKDIR /app\nRUN --mount=type=bind,source=package.json,target=package.json --mount=type=bind,source=package-lock.json,target=package-lock.json npm ci\nRUN --mount=type=bind,target=. npm ci',
    'what something may have made':
      'FROM node:22\nWORKDIR /app\nRUN git clone https://example.com/a .\nRUN npm ci\nFROM node:22\nWORKDIR /app\nRUN npm init -y && npm install express\nCMD ["npm", "start"]\nFROM node:22\nWORKDIR /app\nRUN npm install express\nRUN npm run a',
    'the same script': 'FROM node:22\nWORKDIR /app\nRUN curl https://example.com/a.tgz | tar xz && npm ci',
    'packages by name, and for the whole machine':
      'FROM node:22\nWORKDIR /app\nRUN npm install -g pm2 && npm i express && pip install flask && npm --prefix /x ci && cargo install a && npm --version',
    'bases that are not known':
      'FROM example.com/node\nWORKDIR /app\nRUN npm ci\nFROM node:6-onbuild\nCMD ["npm", "start"]',
    'folders of the system': 'FROM node:22\nRUN /usr/local/bin/tool && /opt/x/install.sh && /etc/init.d/x start',
    'folders and patterns that may hold it':
      'FROM node:22\nWORKDIR /app\nCOPY app ./\nRUN npm ci\nFROM node:22\nWORKDIR /app\nCOPY --from=a /src .\nRUN npm ci\nFROM golang\nWORKDIR /x\nADD https://example.com/a /x/\nRUN ./a',
    'images for development, which get their files from a mount': 'FROM node:22\nWORKDIR /app\nCMD ["npm", "start"]',
    'an entrypoint that gets the command': 'FROM node:22\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\nCMD ["npm", "start"]',
    'conditions and variables':
      'FROM node:22\nWORKDIR /app\nRUN if [ -f package.json ]; then npm ci; fi\nRUN pip install -r $REQUIREMENTS\nRUN test -f a || npm ci',
    'a source with a slip in it, of which another rule speaks': {
      dockerfile: 'FROM python:3.13\nWORKDIR /app\nCOPY requirments.txt .\nRUN pip install -r requirements.txt',
      context: { 'requirements.txt': '' },
    },
    'stages that the build does not need': 'FROM node:22 AS a\nWORKDIR /app\nRUN npm ci\nFROM scratch',
  },
})
