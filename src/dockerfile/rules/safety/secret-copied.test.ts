import { describeRule } from '../testing/describe-rule.ts'
import { secretCopied } from './secret-copied.ts'

describeRule(secretCopied, {
  catches: {
    'keys and credentials by their names': {
      dockerfile:
        'FROM debian\nCOPY «id_rsa» /root/.ssh/id_rsa\nadd «.env» «deploy/.netrc» package.json /app/\nCOPY ["a", «"./certs/server.key"», "/etc/"]\nCOPY --chmod=600 «.ssh» /root/.ssh\nCOPY «certs/*.key» «privkey.pem» «tls-key.pem» «sa/my-service-account.json» «.aws/credentials» /x/\n',
      messages: [/^"id_rsa" is a file of keys or passwords, and goes into a layer$/],
    },
    'files by where they go':
      'FROM debian\r\nCOPY deploy.json «/root/.docker/config.json»\r\nCOPY $KEY «/home/app/.ssh/id_ed25519»\r\n',
    variables: 'FROM debian\nARG KEY=id_ed25519\nCOPY «$KEY» /root/\n',
    'what may be one, as information': {
      dockerfile: 'FROM node\nCOPY «.npmrc» package.json ./\nCOPY «.env.production» ./\n',
      messages: [/^"\.npmrc" may hold a password/],
    },
    'what is one by its content': {
      dockerfile: 'FROM node\nCOPY «.npmrc» «server.pem» ca.pem ./\n',
      context: {
        '.npmrc': '//npm.example.com/:_authToken=abc\n',
        'server.pem': '-----BEGIN CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----\n',
        'ca.pem': '-----BEGIN CERTIFICATE-----\n',
      },
      messages: [/^"\.npmrc" is a file/, /^"server\.pem" is a file/],
    },
    'files that a pattern stands for': {
      dockerfile: 'FROM nginx\nCOPY «certs/*.pem» «./my-release-key.keystore» /x/\n',
      context: { 'certs/a.pem': '-----BEGIN EC PRIVATE KEY-----\n', 'certs/b.pem': 'x' },
    },
    'keys of another stage':
      'FROM debian AS a\nRUN openssl req -keyout /k/server.key\nFROM nginx\nCOPY --from=a «/k/server.key» /k/server.crt /etc/nginx/\n',
    'builders, as information': {
      dockerfile: 'FROM debian AS a\nCOPY «id_rsa» /root/.ssh/\nFROM debian\nCOPY --from=a /x /x\n',
      messages: [/^"id_rsa"/],
    },
  },
  leaves: {
    'what everybody may have':
      'FROM debian\nCOPY id_rsa.pub ca.pem fullchain.pem server.crt cert.pem chain.pem public.key nodesource.gpg.key truststore.jks rds-combined-ca-bundle.pem .env.example .env.sample /x/\nCOPY known_hosts config /root/.ssh/\nCOPY .env.example .env\nCOPY deploy.pub /root/.ssh/id_rsa',
    'what is none by its content': {
      dockerfile: 'FROM node\nCOPY .npmrc server.pem x.key ./\n',
      context: {
        '.npmrc': 'registry=https://npm.example.com\n//npm.example.com/:_authToken=${NPM_TOKEN}\n',
        'server.pem': '-----BEGIN CERTIFICATE-----\n',
        'x.key': 'c4 major\n',
      },
    },
    'patterns that stand for other files': {
      dockerfile: 'FROM nginx\nCOPY certs/*.pem *.key /x/\n',
      context: { 'certs/a.pem': '-----BEGIN CERTIFICATE-----\n', 'certs/b.key': '-----BEGIN EC PRIVATE KEY-----\n' },
    },
    'files that look alike':
      'FROM debian\nCOPY keys.ts credentials.ts environment.yml config.json .envrc.md server.pem monkey.pem token.go /x/\nADD https://example.com/a.key /x/',
    mounts:
      'FROM node\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=bind,source=.npmrc,target=.npmrc npm ci',
    'here-documents, and other images':
      'FROM debian\nCOPY <<EOF /x.key\nx\nEOF\nCOPY --from=example/tools:1 /a/server.key /a/\n',
    'what a build makes of settings':
      'FROM node AS a\nRUN npm run build\nFROM node\nCOPY --from=a /app/.env /app/.npmrc /app/\n',
    'stages that nobody needs': 'FROM debian AS a\nCOPY id_rsa /x\nFROM debian',
  },
})
