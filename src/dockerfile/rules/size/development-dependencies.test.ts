import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lintDockerfile } from '../../lint.ts'
import { describeRule, memoryContext } from '../testing/describe-rule.ts'
import { developmentDependencies } from './development-dependencies.ts'

const withJest = { 'package.json': '{ "dependencies": {}, "devDependencies": { "jest": "^30.0.0" } }' }

describeRule(developmentDependencies, {
  catches: {
    'npm, and adds the option': {
      dockerfile:
        'FROM node\nCOPY package*.json ./\nRUN «npm ci»\nRUN cd x && «npm install» --no-audit\nCOPY . .\nCMD ["node", "a.js"]\n',
      context: withJest,
      fixedUnsafely:
        'FROM node\nCOPY package*.json ./\nRUN npm ci --omit=dev\nRUN cd x && npm install --omit=dev --no-audit\nCOPY . .\nCMD ["node", "a.js"]\n',
      messages: [/^npm ci also installs what only development needs$/],
    },
    'other package managers of Node.js': {
      dockerfile:
        'from node\r\nrun «pnpm i» --frozen-lockfile\r\nrun «bun install»\r\nrun «yarn install»\r\nrun «yarn»\r\n',
      context: withJest,
      fixedUnsafely:
        'from node\r\nrun pnpm i --prod --frozen-lockfile\r\nrun bun install --production\r\nrun yarn install\r\nrun yarn\r\n',
    },
    'a project in a folder of its own': {
      dockerfile: 'FROM node\nCOPY api/package.json ./\nRUN «npm ci»\n',
      context: { 'package.json': '{}', 'api/package.json': withJest['package.json'] },
      fixedUnsafely: 'FROM node\nCOPY api/package.json ./\nRUN npm ci --omit=dev\n',
    },
    'Composer and Bundler': {
      dockerfile: 'FROM php\nRUN «composer install»\nRUN «bundle install»\n',
      context: {
        'composer.json': '{"require-dev": {\n "phpunit/phpunit": "^11"}}',
        Gemfile: 'gem "rails"\ngroup :development, :test do\n  gem "rspec"\nend\n',
      },
      fixedUnsafely:
        'FROM php\nRUN composer install --no-dev\nENV BUNDLE_WITHOUT=development:test\nRUN bundle install\n',
    },
    'Poetry and uv': {
      dockerfile: 'FROM python\nRUN «poetry install»\nRUN «uv sync» --locked\n',
      context: { 'pyproject.toml': '[dependency-groups]\ndev = [\n  "pytest",\n]\n' },
      fixedUnsafely: 'FROM python\nRUN poetry install --only=main\nRUN uv sync --no-dev --locked\n',
    },
    'what is asked for': {
      dockerfile:
        'FROM python\nRUN «pipenv install» --system --dev --deploy\nRUN «pip install» -r requirements-dev.txt -r requirements.txt\nRUN «pip install» -r requirements/test.txt\n',
      fixedUnsafely:
        'FROM python\nRUN pipenv install --system --deploy\nRUN pip install -r requirements-dev.txt -r requirements.txt\nRUN pip install -r requirements/test.txt\n',
    },
    'a variable of another stage, and one that says otherwise': {
      dockerfile:
        'FROM node AS a\nENV NODE_ENV=production\nFROM node\nENV NODE_ENV=staging\nRUN «npm ci»\nENV NODE_ENV=production\n',
      context: withJest,
      fixedUnsafely:
        'FROM node AS a\nENV NODE_ENV=production\nFROM node\nENV NODE_ENV=staging\nRUN npm ci --omit=dev\nENV NODE_ENV=production\n',
    },
    'a base stage that the image begins with': {
      dockerfile: 'FROM node AS base\nRUN «npm ci»\nFROM base\n',
      context: withJest,
      fixedUnsafely: 'FROM node AS base\nRUN npm ci --omit=dev\nFROM base\n',
    },
  },
  leaves: {
    'what is left out': {
      dockerfile:
        'FROM node\nRUN npm ci --omit=dev && npm ci --omit dev && npm install --production && npm i --only=prod\nRUN pnpm i -P && yarn install --production && bun install --production\nRUN NODE_ENV=production npm ci\nRUN composer install --no-dev && poetry install --only main && uv sync --no-dev && pipenv install --deploy\n',
      context: {
        ...withJest,
        'composer.json': '{"require-dev":{"a":"b"}}',
        'pyproject.toml': '[dependency-groups]\ndev=["a"]\n',
      },
    },
    'variables that say so': {
      dockerfile:
        'FROM ruby AS base\nENV NODE_ENV=production BUNDLE_WITHOUT=development COMPOSER_NO_DEV=1\nFROM base\nRUN npm ci && bundle install && composer install\nARG UV_NO_DEV=1\nRUN uv sync\n',
      context: { ...withJest, Gemfile: 'group :test do\nend\n', 'composer.json': '{"require-dev":{"a":"b"}}' },
    },
    'a configuration that says so': {
      dockerfile: "FROM ruby\nRUN bundle config set --local without 'development test' && bundle install\n",
      context: { Gemfile: 'group :test do\nend\n' },
    },
    'a project without any': {
      dockerfile: 'FROM node\nRUN npm ci && composer install && poetry install && bundle install\n',
      context: {
        'package.json': '{ "dependencies": { "express": "5" }, "devDependencies": {} }',
        'composer.json': '{ "require-dev": {} }',
        'pyproject.toml': '[project]\nname = "x"\n',
        Gemfile: 'gem "rails"\n',
      },
    },
    'a build that needs them, of which another rule speaks': {
      dockerfile: 'FROM node\nRUN npm ci\nRUN npm run build\n',
      context: withJest,
    },
    'what is removed again, in the same layer or not': {
      dockerfile: 'FROM node\nRUN npm ci && npx tsc && npm prune --omit=dev\n',
      context: withJest,
    },
    'images for development, by stage, variable or command': {
      dockerfile: 'FROM node AS dev\nRUN npm ci\n',
      context: withJest,
    },
    'an image that is watched': {
      dockerfile: 'FROM node\nRUN npm ci\nCMD ["npm", "run", "start:dev"]\n',
      context: withJest,
    },
    'an image whose variable says what it is for': {
      dockerfile: 'FROM node\nENV NODE_ENV=development\nRUN npm ci\n',
      context: withJest,
    },
    'stages of which only files are taken': {
      dockerfile: 'FROM node AS build\nRUN npm ci\nFROM node\nCOPY --from=build /app/dist /app\n',
      context: withJest,
    },
    'tools for the whole machine, single packages, other commands': {
      dockerfile:
        'FROM node\nRUN npm install -g pm2 && npm install express && yarn global add x && npm start && bundle exec x\n',
      context: withJest,
    },
    'text that is no command, and triggers': {
      dockerfile: 'FROM node\nRUN echo npm ci\nONBUILD RUN npm ci\n',
      context: withJest,
    },
  },
})

describe('DevelopmentDependencies', () => {
  test('is only information where nobody sees the file that names them', () => {
    const { findings } = lintDockerfile('FROM node\nRUN npm ci\n', { context: memoryContext({ 'a.js': '' }) })
    assert.deepEqual(
      findings.filter(({ code }) => code === 'DevelopmentDependencies').map(({ severity }) => severity),
      ['information'],
    )
  })
})
