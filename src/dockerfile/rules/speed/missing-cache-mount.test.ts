import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lintDockerfile } from '../../lint.ts'
import { mendDockerfile } from '../../mend.ts'
import { describeRule } from '../testing/describe-rule.ts'
import { missingCacheMount } from './missing-cache-mount.ts'

const end = '\nFROM scratch\nCOPY --from=build /out /out\n'

describeRule(missingCacheMount, {
  catches: {
    'both caches of Go, in every RUN of it, with one finding': {
      dockerfile: `FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.* ./\nRUN «go mod download»\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out ./cmd/server\n${end}`,
      messages: [/^go mod download has no cache mount$/],
      fixed: `FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.* ./\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod \\\n    --mount=type=cache,target=/root/.cache/go-build \\\n    CGO_ENABLED=0 go build -o /out ./cmd/server\n${end}`,
    },
    'Go where the variables say': {
      dockerfile: `FROM golang AS build\nENV GOCACHE=/cache/build GOMODCACHE=/cache/modules\nRUN «go build» -o /out\n${end}`,
      fixed: `FROM golang AS build\nENV GOCACHE=/cache/build GOMODCACHE=/cache/modules\nRUN --mount=type=cache,target=/cache/modules \\\n    --mount=type=cache,target=/cache/build \\\n    go build -o /out\n${end}`,
    },
    'Go that came with the packages of a distribution': {
      dockerfile: `FROM alpine AS build\nRUN apk add --no-cache go\nRUN «go install» ./...\n${end}`,
      fixed: `FROM alpine AS build\nRUN apk add --no-cache go\nRUN --mount=type=cache,target=/root/go/pkg/mod \\\n    --mount=type=cache,target=/root/.cache/go-build \\\n    go install ./...\n${end}`,
    },
    'vendored modules, of which only what is compiled is kept': {
      dockerfile: `FROM golang AS build\nRUN --network=none «go build» -mod=vendor -o /out\n${end}`,
      fixed: `FROM golang AS build\nRUN --mount=type=cache,target=/root/.cache/go-build --network=none go build -mod=vendor -o /out\n${end}`,
    },
    'lines, indentation and line ends, which stay': {
      dockerfile: `from golang as build\r\n  run \\\r\n      set -eux; \\\r\n      «go build» -o /out\r\nfrom scratch\r\ncopy --from=build /out /out\r\n`,
      fixed: `from golang as build\r\n  run --mount=type=cache,target=/go/pkg/mod \\\r\n      --mount=type=cache,target=/root/.cache/go-build \\\r\n      set -eux; \\\r\n      go build -o /out\r\nfrom scratch\r\ncopy --from=build /out /out\r\n`,
    },
    'another escape character': {
      dockerfile: `# escape=\`\nFROM golang AS build\nRUN «go build» -o /out\n${end}`,
      fixed: `# escape=\`\nFROM golang AS build\nRUN --mount=type=cache,target=/go/pkg/mod \`\n    --mount=type=cache,target=/root/.cache/go-build \`\n    go build -o /out\n${end}`,
    },
    'here-documents and the exec form': {
      dockerfile: `FROM node AS build\nRUN <<EOF\nset -e\n«npm ci»\nnpm run build\nEOF\nRUN ["npm", "install", "left-pad"]\n${end}`,
      fixed: `FROM node AS build\nRUN --mount=type=cache,target=/root/.npm <<EOF\nset -e\nnpm ci\nnpm run build\nEOF\nRUN --mount=type=cache,target=/root/.npm ["npm", "install", "left-pad"]\n${end}`,
    },
    'a user that the image has, to whom the mount belongs then': {
      dockerfile: `FROM node AS build\nUSER node\nRUN «npm ci»\n${end}`,
      fixed: `FROM node AS build\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci\n${end}`,
    },
    'a user whose folders would be made by root, without a fix': `FROM node AS build\nUSER node\nRUN «pnpm install»\n${end}`,
    'a user that nobody knows, without a fix': `FROM example.com/node AS build\nRUN «npm ci»\n${end}`,
    'what another stage begins with': {
      dockerfile: `FROM node AS base\nENV npm_config_cache=/cache/npm\nFROM base AS build\nRUN «npm ci»\n${end}`,
      fixed: `FROM node AS base\nENV npm_config_cache=/cache/npm\nFROM base AS build\nRUN --mount=type=cache,target=/cache/npm npm ci\n${end}`,
    },
    'pip in a builder': {
      dockerfile: `FROM python AS build\nRUN python -m venv /out && «/out/bin/pip install» -r requirements.txt\n${end}`,
      fixed: `FROM python AS build\nRUN --mount=type=cache,target=/root/.cache/pip \\\n    python -m venv /out && /out/bin/pip install -r requirements.txt\n${end}`,
    },
    'Poetry, whose environments are beside its caches': {
      dockerfile: `FROM python AS build\nRUN «poetry install» --only main\n${end}`,
      fixed: `FROM python AS build\nRUN --mount=type=cache,target=/root/.cache/pypoetry/cache \\\n    --mount=type=cache,target=/root/.cache/pypoetry/artifacts \\\n    poetry install --only main\n${end}`,
    },
    'uv, pnpm, Bun and Yarn 1': {
      dockerfile: `FROM node AS build\nENV PNPM_HOME=/pnpm\nRUN «uv sync» --frozen\nRUN «pnpm i»\nRUN «bun install»\nRUN «yarn install» --frozen-lockfile\n${end}`,
      fixed: `FROM node AS build\nENV PNPM_HOME=/pnpm\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen\nRUN --mount=type=cache,target=/pnpm/store pnpm i\nRUN --mount=type=cache,target=/root/.bun/install/cache bun install\nRUN --mount=type=cache,target=/usr/local/share/.cache/yarn,sharing=locked \\\n    yarn install --frozen-lockfile\n${end}`,
    },
    'Cargo, of which the official image has another home': {
      dockerfile: `FROM rust AS build\nRUN «cargo build» --release\n${end}`,
      fixed: `FROM rust AS build\nRUN --mount=type=cache,target=/usr/local/cargo/registry \\\n    --mount=type=cache,target=/usr/local/cargo/git/db \\\n    cargo build --release\n${end}`,
    },
    'Maven, one build at a time': {
      dockerfile: `FROM maven AS build\nRUN «mvn -B package» -DskipTests\n${end}`,
      fixed: `FROM maven AS build\nRUN --mount=type=cache,target=/root/.m2,sharing=locked mvn -B package -DskipTests\n${end}`,
    },
    'Maven with settings in the same folder': {
      dockerfile: `FROM maven AS build\nCOPY settings.xml /root/.m2/\nRUN «mvn package»\n${end}`,
      fixed: `FROM maven AS build\nCOPY settings.xml /root/.m2/\nRUN --mount=type=cache,target=/root/.m2/repository,sharing=locked mvn package\n${end}`,
    },
    'Maven that installs modules for a later RUN, without a fix': `FROM maven AS build\nRUN «mvn -pl common install»\nRUN mvn -pl app package\n${end}`,
    'Gradle, and what its wrapper downloads': {
      dockerfile: `FROM eclipse-temurin AS build\nRUN «./gradlew bootJar»\n${end}`,
      fixed: `FROM eclipse-temurin AS build\nRUN --mount=type=cache,target=/root/.gradle/caches,sharing=locked \\\n    --mount=type=cache,target=/root/.gradle/wrapper,sharing=locked \\\n    ./gradlew bootJar\n${end}`,
    },
    'the user of the Gradle image': {
      dockerfile: `FROM gradle AS build\nUSER gradle\nRUN «gradle --no-daemon build»\n${end}`,
      fixed: `FROM gradle AS build\nUSER gradle\nRUN --mount=type=cache,target=/home/gradle/.gradle/caches,sharing=locked,uid=1000,gid=1000 \\\n    gradle --no-daemon build\n${end}`,
    },
    NuGet: {
      dockerfile: `FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build\nRUN «dotnet restore»\nRUN dotnet publish -o /out\n${end}`,
      fixed: `FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build\nRUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked dotnet restore\nRUN --mount=type=cache,target=/root/.nuget/packages,sharing=locked dotnet publish -o /out\n${end}`,
    },
    'NuGet that must not restore again, without a fix': `FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build\nRUN «dotnet restore»\nRUN dotnet publish --no-restore -o /out\n${end}`,
    'Composer and Bundler': {
      dockerfile: `FROM php AS build\nRUN «composer install»\nFROM ruby AS gems\nRUN «bundle install»\n${end.replace('\n', '\nFROM gems AS next\n')}COPY --from=gems /usr/local/bundle /b\n`,
      fixed: `FROM php AS build\nRUN --mount=type=cache,target=/root/.composer/cache composer install\nFROM ruby AS gems\nRUN --mount=type=cache,target=/usr/local/bundle/cache,sharing=locked bundle install\n${end.replace('\n', '\nFROM gems AS next\n')}COPY --from=gems /usr/local/bundle /b\n`,
    },
    'a cache that is emptied although a mount would keep it out of the layer': {
      dockerfile: 'FROM node\nRUN «npm ci» && npm cache clean --force\n',
      fixed: 'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
    },
    'a cache that is removed with other things, without a fix': `FROM node AS build\nRUN «npm ci» && rm -rf ~/.npm /var/log/x\n${end}`,
    'a cache that is perhaps removed, without a fix': `FROM node AS build\nRUN «npm ci» && rm -rf $DIRS\n${end}`,
    'a cache that would be taken out of the image': {
      dockerfile: 'FROM golang\nCOPY . .\nRUN «go build» -o /server\nCMD ["/server"]\n',
      fixedUnsafely:
        'FROM golang\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod \\\n    --mount=type=cache,target=/root/.cache/go-build \\\n    go build -o /server\nCMD ["/server"]\n',
    },
    'a stage that may be built for itself': {
      dockerfile: `FROM golang AS modules\nRUN «go mod download»\nFROM modules AS dev\nCMD ["go", "run", "."]\nFROM modules AS build\nRUN go build -o /out\n${end}`,
      fixedUnsafely: `FROM golang AS modules\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\nFROM modules AS dev\nCMD ["go", "run", "."]\nFROM modules AS build\nRUN --mount=type=cache,target=/go/pkg/mod \\\n    --mount=type=cache,target=/root/.cache/go-build \\\n    go build -o /out\n${end}`,
    },
    'a folder that is copied out, without a fix': `FROM golang AS build\nRUN «go build» -o /out\n${end}COPY --from=build /go /go\n`,
    'a folder that is named, without a fix': `FROM golang AS build\nRUN «go build» -o /out && cp /go/pkg/mod/example.com/a@v1/LICENSE /\n${end}`,
    'the mount that another RUN of the tool has, with its options': {
      dockerfile: `FROM golang AS build\nRUN «go mod download»\nRUN --mount=type=cache,id=modules,target=/go/pkg/mod go build -o /out\n${end}`,
      fixed: `FROM golang AS build\nRUN --mount=type=cache,id=modules,target=/go/pkg/mod go mod download\nRUN --mount=type=cache,id=modules,target=/go/pkg/mod go build -o /out\n${end}`,
    },
    'an old frontend, without a fix': `# syntax=docker/dockerfile:1.0\nFROM node AS build\nRUN «npm ci»\n${end}`,
    'a frontend that knows mounts': {
      dockerfile: `# syntax=docker/dockerfile:1.7-labs\nFROM node AS build\nRUN «npm ci»\n${end}`,
      fixed: `# syntax=docker/dockerfile:1.7-labs\nFROM node AS build\nRUN --mount=type=cache,target=/root/.npm npm ci\n${end}`,
    },
  },
  leaves: {
    'mounts, at the folder, around it and in it': `FROM node AS build\nRUN --mount=type=cache,target=/root/.npm npm ci\nRUN --mount=type=cache,target=/root/.cache pip install a\nRUN --mount=type=cache,dst=/root/.m2/repository mvn package\nRUN --mount=type=cache,target=/usr/local/cargo/registry/index cargo build\n${end}`,
    'modules in a layer and what is compiled in a mount': `FROM golang AS build\nRUN go mod download\nRUN --mount=type=cache,target=/root/.cache/go-build go build -o /out\n${end}`,
    'what keeps nothing': `FROM python AS build\nRUN pip install --no-cache-dir -r requirements.txt\nRUN uv sync --no-cache\nENV PIP_NO_CACHE_DIR=1\nRUN pip install -r requirements.txt\n${end}`,
    'what DownloadCacheKept speaks of':
      'FROM node\nRUN npm ci\nRUN pip install -r requirements.txt\nRUN composer install\n',
    'what needs the layer, because it works without the network': `FROM node AS build\nRUN pnpm fetch\nRUN pnpm install --offline\nRUN mvn dependency:go-offline\nRUN mvn -o package\nRUN cargo fetch\nRUN cargo build --frozen\nRUN go mod download\nRUN --network=none go build\nRUN GOPROXY=off go build\n${end}`,
    'downloads for what nobody knows': `FROM golang AS build\nRUN go mod download\nRUN make build\n${end}`,
    'installed tools': `FROM node AS build\nRUN npm install -g pnpm@10 && pip install --upgrade pip setuptools\nRUN go install example.com/tool@v1.2.3\nRUN cargo install just\n${end}`,
    'conditions, and what other commands do': `FROM node AS build\nRUN if [ -f package-lock.json ]; then npm ci; fi\nRUN npm run build && go version && dotnet --info && mvn -v && gradle --version && cargo --version\n${end}`,
    'caches elsewhere': `FROM maven AS build\nRUN mvn -Dmaven.repo.local=/m2 package\nRUN gradle -g /g build\nRUN npm config set cache /c && npm ci\nRUN npm ci --cache /c\n${end}`,
    'Yarn 2 and later': `FROM node AS build\nCOPY .yarnrc.yml package.json yarn.lock ./\nCOPY .yarn .yarn\nRUN yarn install --immutable\nRUN yarn install\n${end}`,
    'stages that nobody needs, and Windows': `FROM node AS other\nRUN npm ci\nFROM mcr.microsoft.com/windows/servercore AS build\nRUN npm ci\n${end}`,
    ONBUILD: 'FROM node\nONBUILD RUN npm ci\n',
  },
})

test('together with DownloadCacheKept the fixes end in a mount that nothing empties', () => {
  const { text, remaining } = mendDockerfile('FROM node\nRUN npm ci --omit=dev\n', 'safe')
  assert.equal(text, 'FROM node\nRUN --mount=type=cache,target=/root/.npm npm ci --omit=dev\n')
  const codes = new Set(remaining.findings.map(({ code }) => code))
  assert.ok(!codes.has('MissingCacheMount') && !codes.has('DownloadCacheKept'))
})

test('MissingCacheMount says whose home is meant where another user than root may run the tool', () => {
  const hintOf = (text: string): string | undefined =>
    lintDockerfile(text).findings.find(({ code }) => code === missingCacheMount.name)?.hint
  assert.match(hintOf('FROM maven:3\nUSER app\nRUN mvn package\n') ?? '', /another user than root/)
  assert.doesNotMatch(hintOf('FROM maven:3\nRUN mvn package\n') ?? 'another user', /another user/)
})
