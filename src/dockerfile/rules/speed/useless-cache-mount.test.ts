import { describeRule } from '../testing/describe-rule.ts'
import { uselessCacheMount } from './useless-cache-mount.ts'

const pip = '--mount=type=cache,target=/root/.cache/pip'

describeRule(uselessCacheMount, {
  catches: {
    'pip that is told to keep nothing': {
      dockerfile: `FROM python\nRUN ${pip} \\\r\n    pip install «--no-cache-dir» -r requirements.txt\n`,
      messages: [/^pip is told not to use the cache that is mounted for it$/],
      fixed: `FROM python\nRUN ${pip} \\\r\n    pip install -r requirements.txt\n`,
    },
    'uv and Composer, with a mount around their folder': {
      dockerfile: `FROM python\nRUN --mount=type=cache,target=/root/.cache uv sync «--no-cache»\nENV COMPOSER_CACHE_DIR=/c\nRUN --mount=type=cache,target=/c composer install «--no-cache»\n`,
      fixed: `FROM python\nRUN --mount=type=cache,target=/root/.cache uv sync\nENV COMPOSER_CACHE_DIR=/c\nRUN --mount=type=cache,target=/c composer install\n`,
    },
    'a cache that the tool itself empties': {
      dockerfile:
        'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci && «npm cache clean --force» && npm run build\n',
      fixed: 'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci && npm run build\n',
    },
    'a mounted folder that is removed': {
      dockerfile: 'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci && «rm -rf ~/.npm»\n',
      fixed: 'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
    },
    'one that is removed with other things, without a fix':
      'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci && «rm -rf /root/.npm /var/log/x»\n',
    'the lists and the packages of apt': {
      dockerfile:
        'FROM debian\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    apt-get update && apt-get install -y curl \\\n    && «apt-get clean» \\\n    && «rm -rf /var/lib/apt/lists/*»\n',
      fixed:
        'FROM debian\nRUN rm -f /etc/apt/apt.conf.d/docker-clean\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    apt-get update && apt-get install -y curl\n',
    },
    'packages that the image has removed': {
      dockerfile:
        'FROM debian\nRUN «--mount=type=cache,target=/var/cache/apt» apt-get update && apt-get install -y curl\n',
      messages: [/^apt removes the packages/],
    },
    'a stage that files are copied from': {
      dockerfile: `FROM python AS build\nRUN ${pip} python -m pip install «--no-cache-dir» .\nFROM python\nCOPY --from=build /a /a\n`,
      fixed: `FROM python AS build\nRUN ${pip} python -m pip install .\nFROM python\nCOPY --from=build /a /a\n`,
    },
  },
  leaves: {
    'mounts that are used': `FROM python\nRUN ${pip} pip install -r requirements.txt && rm -rf /var/log/x /root/.npm\n`,
    'no cache without a mount, and with one for something else':
      'FROM python\nRUN pip install --no-cache-dir a && rm -rf ~/.cache\nRUN --mount=type=cache,target=/root/.npm pip install --no-cache-dir a\n',
    'parts of a cache':
      'FROM python\nRUN --mount=type=cache,target=/root/.cache pip install a && rm -rf /root/.cache/x\n',
    'a cache that is emptied on a condition':
      'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci || npm cache clean --force\n',
    'apt that was told to keep packages':
      'FROM debian AS a\nRUN rm -f /etc/apt/apt.conf.d/docker-clean; echo \'Binary::apt::APT::Keep-Downloaded-Packages "true";\' > /etc/apt/apt.conf.d/keep-cache\nFROM a\nRUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y curl\n',
    'other bases, secrets and binds':
      'FROM alpine\nRUN --mount=type=cache,target=/var/cache/apk apk add curl\nRUN --mount=type=bind,target=/root/.cache/pip pip install --no-cache-dir a\n',
    'stages that nobody needs': `FROM python\nRUN ${pip} pip install --no-cache-dir a\nFROM scratch\n`,
  },
})
