import { describeRule } from '../testing/describe-rule.ts'
import { downloadCacheKept } from './download-cache-kept.ts'

describeRule(downloadCacheKept, {
  catches: {
    'the cache of pip, by every name, and adds the option': {
      dockerfile:
        'FROM python:3.13-slim\nRUN «pip install» -r requirements.txt\nRUN set -e; «/venv/bin/pip3.12 install» a && python3 -m pip install b\nRUN ["pip", «"install"», "c"]\n'.replace(
          '["pip", «"install"»',
          '[«"pip", "install"»',
        ),
      fixed:
        'FROM python:3.13-slim\nRUN pip install --no-cache-dir -r requirements.txt\nRUN set -e; /venv/bin/pip3.12 install --no-cache-dir a && python3 -m pip install --no-cache-dir b\nRUN ["pip", "install", "--no-cache-dir", "c"]\n',
    },
    'pip in a script for another shell': {
      dockerfile: 'FROM python\nRUN bash -c "«pip install» a"\n',
      fixed: 'FROM python\nRUN bash -c "pip install --no-cache-dir a"\n',
    },
    'the cache of npm, and takes it away where the commands end': {
      dockerfile: 'FROM node\r\nrun cd app \\\r\n  && «npm ci» --omit=dev\r\nRUN «npm i» -g pm2\r\n',
      fixed:
        'FROM node\r\nrun cd app \\\r\n  && npm ci --omit=dev \\\r\n  && npm cache clean --force\r\nRUN npm i -g pm2 && npm cache clean --force\r\n',
    },
    'npm behind sudo, and in a here-document': {
      dockerfile: 'FROM node\nRUN sudo «npm install» -g x\nRUN <<EOF\n«npm ci»\nEOF\n',
      fixed:
        'FROM node\nRUN sudo npm install -g x && sudo npm cache clean --force\nRUN <<EOF\nnpm ci\nnpm cache clean --force\nEOF\n',
    },
    'a cache that a later RUN takes away': {
      dockerfile: 'FROM node\nRUN «npm ci»\nRUN npm cache clean --force\n',
      fixed: 'FROM node\nRUN npm ci && npm cache clean --force\nRUN npm cache clean --force\n',
    },
    'npm in a condition, without a fix': 'FROM node\nRUN if [ -f package-lock.json ]; then «npm ci»; fi\n',
    'npm that installs offline later, without a fix':
      'FROM node\nRUN «npm ci»\nRUN npm ci --offline && npm cache clean --force\n',
    'Yarn 1, and takes its cache away only where it surely is Yarn 1': {
      dockerfile:
        'FROM node\nRUN «yarn install» --frozen-lockfile\nRUN «yarn global add» x\nRUN «yarn»\nRUN «yarn install»\n',
      fixed:
        'FROM node\nRUN yarn install --frozen-lockfile && yarn cache clean\nRUN yarn global add x && yarn cache clean\nRUN yarn\nRUN yarn install\n',
    },
    'composer, conda and mamba': {
      dockerfile:
        'FROM php\nRUN «composer install» --no-dev\nRUN php «/usr/bin/composer install»\nRUN «conda env create» -f a.yml\nRUN «mamba install» -y b\n'.replace(
          'php «/usr/bin/composer install»',
          '«php /usr/bin/composer install»',
        ),
      fixed:
        'FROM php\nRUN composer install --no-dev && composer clear-cache\nRUN php /usr/bin/composer install\nRUN conda env create -f a.yml && conda clean --all --yes\nRUN mamba install -y b && mamba clean --all --yes\n',
    },
    'poetry and pipenv': {
      dockerfile: 'FROM python\nRUN «poetry install» --only main\nRUN «pipenv install» --system\n',
      fixed:
        'FROM python\nRUN poetry install --only main && rm -rf ~/.cache/pypoetry/artifacts ~/.cache/pypoetry/cache\nRUN pipenv install --system && rm -rf ~/.cache/pipenv ~/.cache/pip\n',
    },
    'gems, whose place is not known': 'FROM ruby\nRUN «gem install» rails\nRUN «bundle install»\nRUN «bundle»\n',
    'uv where it copies': {
      dockerfile: 'FROM python\nENV UV_LINK_MODE=copy\nRUN «uv sync» --locked\nRUN «uv pip install» a\n',
      fixed: 'FROM python\nENV UV_LINK_MODE=copy\nRUN uv sync --no-cache --locked\nRUN uv pip install --no-cache a\n',
    },
    'a base stage that the image begins with': {
      dockerfile: 'FROM python AS base\nRUN «pip install» a\nFROM base\nCMD ["a"]\n',
      fixed: 'FROM python AS base\nRUN pip install --no-cache-dir a\nFROM base\nCMD ["a"]\n',
    },
    'a mount that covers something else': {
      dockerfile: 'FROM python\nRUN --mount=type=cache,target=/root/.npm «pip install» a\n',
      fixed: 'FROM python\nRUN --mount=type=cache,target=/root/.npm pip install --no-cache-dir a\n',
    },
    'variables that hold for one command or another stage': {
      dockerfile:
        'FROM python AS a\nENV PIP_NO_CACHE_DIR=1\nFROM python\nRUN PIP_NO_CACHE_DIR=1 pip install a\nRUN «pip install» a\n',
      fixed:
        'FROM python AS a\nENV PIP_NO_CACHE_DIR=1\nFROM python\nRUN PIP_NO_CACHE_DIR=1 pip install a\nRUN pip install --no-cache-dir a\n',
    },
  },
  leaves: {
    'what is told to keep nothing':
      'FROM python\nRUN pip install --no-cache-dir a && pip --no-cache-dir install b\nRUN composer install --no-cache\nRUN uv sync\n',
    'variables that say so':
      'FROM python AS base\nENV PIP_NO_CACHE_DIR=1\nFROM base\nARG COMPOSER_CACHE_DIR=/dev/null\nRUN pip install a && composer install\nRUN export npm_config_cache=/dev/shm && npm ci\n',
    'variables of the base image': {
      dockerfile: 'FROM internal/python\nRUN pip install a\n',
      options: {
        baseImages: new Map([[0, { environment: new Map([['PIP_NO_CACHE_DIR', '1']]), triggers: [] }]]),
      },
    },
    'what is taken away in the same RUN':
      'FROM node\nRUN npm ci && npm cache clean --force\nRUN npm ci && rm -rf ~/.npm\nRUN npm ci && rm -rf $(npm config get cache)\nRUN yarn && yarn cache clean\nRUN yarn && rm -rf /usr/local/share/.cache\nRUN pip install a && pip cache purge\nRUN pip install a; rm -rf /root/.cache\nRUN bundle install && rm -rf /usr/local/bundle/cache/*.gem\nRUN conda install a && conda clean -afy\nRUN poetry install && rm -rf "$HOME"/.cache/pypoetry/*\n',
    'what goes into a cache mount':
      'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN --mount=type=cache,target=/root/.cache pip install a\nRUN --mount=type=cache,target=/home/app/.cache/pip pip install a\nRUN --mount=type=tmpfs,target=/root npm ci\n',
    'stages of which only files are taken, and stages that nobody needs':
      'FROM node AS a\nRUN npm ci\nFROM node AS b\nRUN npm ci\nFROM node\nCOPY --from=a /x /x\n',
    'tools that link what they keep': 'FROM node\nRUN pnpm install && bun install && uv pip install a\n',
    'tools that are told where to keep it':
      'FROM node\nRUN npm config set cache /dev/shm/npm --global\nRUN npm ci\nCOPY pip.conf /etc/pip.conf\nRUN pip install a\n',
    'Yarn 2 and later, which runs out of its cache':
      'FROM node\nCOPY .yarn ./.yarn\nRUN yarn install\nRUN corepack enable && yarn install\nRUN yarn install --immutable\n',
    'Yarn 2 by the files of the context': {
      dockerfile: 'FROM node\nCOPY . .\nRUN yarn install\n',
      context: { '.yarnrc.yml': '', 'package.json': '{}' },
    },
    'Bundler itself, which is small': 'FROM ruby\nRUN gem install bundler -v 2.5\n',
    'other commands of the same tools':
      'FROM node\nRUN npm run build && npm --version && yarn --version && yarn build && pip list && bundle exec x && uv run y && bundle config set path x\n',
    'who has no home': 'FROM node\nUSER 1000:1000\nRUN npm ci\n',
    'text that is no command, and triggers': 'FROM node\nRUN echo "npm ci"\nONBUILD RUN npm ci\n',
  },
})
