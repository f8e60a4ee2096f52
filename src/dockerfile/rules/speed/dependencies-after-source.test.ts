import { describeRule } from '../testing/describe-rule.ts'
import { dependenciesAfterSource } from './dependencies-after-source.ts'

const npm = { 'package.json': '{"dependencies":{"express":"^5"}}', 'package-lock.json': '{}', 'server.js': '' }

describeRule(dependenciesAfterSource, {
  catches: {
    'npm behind the whole source, in a RUN of its own': {
      dockerfile:
        'FROM node\nWORKDIR /app\n# everything\nCOPY . .\n\n# packages\nRUN «npm ci»\n\nRUN npm run build\nCMD ["node", "server.js"]\n',
      context: npm,
      messages: [/^npm ci runs again at each change of the source, which is copied before$/],
      fixedUnsafely:
        'FROM node\nWORKDIR /app\nCOPY package.json package-lock.json ./\n\n# packages\nRUN npm ci\n\n# everything\nCOPY . .\n\nRUN npm run build\nCMD ["node", "server.js"]\n',
    },
    'npm where nobody knows the context': {
      dockerfile: 'FROM node\nWORKDIR /app\nCOPY . .\nRUN «npm install»',
      fixedUnsafely: 'FROM node\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install\nCOPY . .',
    },
    'an install and what follows it in one RUN': {
      dockerfile:
        'from node\r\nworkdir /app\r\n  copy --chown=node:node . /app\r\n  run --network=host «npm ci» \\\r\n    && npm run build \\\r\n    && npm prune\r\n',
      fixedUnsafely:
        'from node\r\nworkdir /app\r\n  copy --chown=node:node package*.json /app/\r\n  run --network=host npm ci\r\n  copy --chown=node:node . /app\r\n  run --network=host npm run build \\\r\n    && npm prune\r\n',
    },
    'pip and its requirements, with others that they include': {
      dockerfile:
        'FROM python\nADD . /code\nWORKDIR /code\nRUN pip install --upgrade pip\nRUN «pip install» -r requirements.txt\nEXPOSE 80\n',
      context: { 'requirements.txt': '-r base.txt\nflask\n', 'base.txt': 'x\n', 'app.py': '' },
      fixedUnsafely:
        'FROM python\nADD requirements.txt base.txt /code/\nWORKDIR /code\nRUN pip install --upgrade pip\nRUN pip install -r requirements.txt\nADD . /code\nEXPOSE 80\n',
    },
    'go mod download': {
      dockerfile: 'FROM golang\nWORKDIR /src\nCOPY . .\nRUN «go mod download»\nRUN go build\n',
      context: { 'go.mod': 'module a\nrequire example.com/b v1.0.0\n', 'go.sum': '', 'main.go': '' },
      fixedUnsafely: 'FROM golang\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build\n',
    },
    'go build, which downloads on its way': {
      dockerfile: 'FROM golang\nWORKDIR /src\n# source\nCOPY . .\nRUN CGO_ENABLED=0 «go build» -o /app\n',
      context: { 'go.mod': 'module a\nrequire (\n  example.com/b v1.0.0\n)\n', 'go.sum': '' },
      fixedUnsafely:
        'FROM golang\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\n# source\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app\n',
    },
    'Yarn, pnpm, Bun, Bundler and Pipenv': {
      dockerfile:
        'FROM node AS a\nCOPY . /a\nWORKDIR /a\nRUN «yarn install» --frozen-lockfile\nFROM node AS b\nWORKDIR /b\nCOPY . .\nRUN «pnpm i»\nFROM oven/bun AS c\nCOPY . .\nRUN «bun install»\nFROM ruby AS d\nWORKDIR /d\nCOPY . .\nRUN «bundle install»\nFROM python\nWORKDIR /e\nCOPY . .\nCOPY --from=a / /a\nCOPY --from=b / /b\nCOPY --from=c / /c\nCOPY --from=d / /d\nRUN «pipenv sync»\n',
      fixedUnsafely:
        'FROM node AS a\nCOPY package.json yarn.lock* /a/\nWORKDIR /a\nRUN yarn install --frozen-lockfile\nCOPY . /a\nFROM node AS b\nWORKDIR /b\nCOPY package.json pnpm-lock.yaml* ./\nRUN pnpm i\nCOPY . .\nFROM oven/bun AS c\nCOPY package.json bun.lock* ./\nRUN bun install\nCOPY . .\nFROM ruby AS d\nWORKDIR /d\nCOPY Gemfile Gemfile.lock* ./\nRUN bundle install\nCOPY . .\nFROM python\nWORKDIR /e\nCOPY . .\nCOPY --from=a / /a\nCOPY --from=b / /b\nCOPY --from=c / /c\nCOPY --from=d / /d\nRUN pipenv sync\n',
    },
    'what installs the project as well, without a fix':
      'FROM python\nWORKDIR /app\nCOPY . .\nRUN «poetry install»\nRUN «uv sync» --frozen\nRUN «composer install» --no-dev\n',
    'what needs the project to build, without a fix':
      'FROM maven\nCOPY . .\nRUN «mvn package»\nRUN «./gradlew build»\nRUN «cargo build» --release\nRUN «dotnet restore»\n',
    'Poetry without the project itself': {
      dockerfile: 'FROM python\nWORKDIR /app\nCOPY . .\nRUN «poetry install» --no-root\n',
      fixedUnsafely:
        'FROM python\nWORKDIR /app\nCOPY pyproject.toml poetry.lock* ./\nRUN poetry install --no-root\nCOPY . .\n',
    },
    'a folder of the context': {
      dockerfile: 'FROM node\nWORKDIR /app\nCOPY web/ .\nRUN «npm ci»\n',
      context: { 'web/package.json': '{}', 'web/package-lock.json': '{}', 'api/go.mod': '' },
      fixedUnsafely:
        'FROM node\nWORKDIR /app\nCOPY web/package.json web/package-lock.json ./\nRUN npm ci\nCOPY web/ .\n',
    },
    'a folder below, other commands before, here-documents and the exec form, without a fix':
      'FROM node AS a\nCOPY . /app\nRUN cd /app/web && «npm ci»\nFROM node AS b\nCOPY . .\nRUN <<EOF\nset -e\n«npm ci»\nEOF\nFROM node\nCOPY --from=a / /a\nCOPY --from=b / /b\nCOPY . .\nRUN [«"npm", "ci"»]\n',
    'instructions between that need the source, without a fix':
      'FROM node\nWORKDIR /app\nCOPY . .\nRUN ./prepare.sh\nRUN «npm ci»\n',
    'a folder that is named by a variable which is set in between, without a fix':
      'FROM node\nARG DIR=/app\nCOPY . $DIR\nENV A=b\nWORKDIR $DIR\nRUN «npm ci»\n',
    'a cache mount, which saves the download and not the work': {
      dockerfile: 'FROM node\nCOPY . .\nRUN --mount=type=cache,target=/root/.npm «npm ci»\n',
      fixedUnsafely: 'FROM node\nCOPY package*.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\nCOPY . .\n',
    },
  },
  leaves: {
    'dependencies before the source':
      'FROM node\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n',
    'dependencies before the source in the stage that it begins with':
      'FROM node AS deps\nCOPY package*.json ./\nRUN npm ci\nFROM deps\nCOPY . .\nRUN npm ci --omit=dev\n',
    'a second install behind the source':
      'FROM node\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm install --omit=dev\n',
    'what is named in the file':
      'FROM node\nCOPY . .\nRUN npm install -g serve && npm install express && pip install flask\n',
    'the project itself':
      'FROM python\nCOPY . .\nRUN pip install .\nRUN pip install -e . -r requirements.txt\nRUN pip install -r requirements.txt -e .\n',
    'scripts that run while it is installed': {
      dockerfile: 'FROM node\nCOPY . .\nRUN npm ci\n',
      context: { 'package.json': '{"scripts":{"postinstall":"node scripts/setup.js"}}' },
    },
    'workspaces and packages in folders': {
      dockerfile: 'FROM node\nCOPY . .\nRUN npm ci\n',
      context: { 'package.json': '{"dependencies":{"a":"file:./a"}}' },
    },
    'a client that is generated from a schema': {
      dockerfile: 'FROM node\nCOPY . .\nRUN npm ci\n',
      context: { 'package.json': '{}', 'prisma/schema.prisma': '' },
    },
    'requirements that are folders of the project': {
      dockerfile: 'FROM python\nCOPY . .\nRUN pip install -r requirements.txt\n',
      context: { 'requirements.txt': 'flask\n-e .\n' },
    },
    'modules of Go in folders of the project, vendored ones, and none': {
      dockerfile: 'FROM golang\nCOPY . .\nRUN go build\n',
      context: { 'go.mod': 'module a\nrequire b v0.0.0\nreplace b => ./b\n' },
    },
    'no modules of Go at all': {
      dockerfile: 'FROM golang\nCOPY . .\nRUN go build\n',
      context: { 'go.mod': 'module a\n\ngo 1.25\n' },
    },
    'a workspace of Cargo': {
      dockerfile: 'FROM rust\nCOPY . .\nRUN cargo build\n',
      context: { 'Cargo.toml': '[workspace]\nmembers = ["a"]\n' },
    },
    'a project that is not in the context': {
      dockerfile: 'FROM node\nCOPY . .\nRUN npm ci\n',
      context: { 'README.md': '' },
    },
    'a context that names what it takes': {
      dockerfile: 'FROM node\nCOPY . .\nRUN npm ci\n',
      context: { ...npm, '.dockerignore': '*\n!package*.json\n' },
    },
    'builds that a cache mount makes quick':
      'FROM golang\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod go build\nRUN --mount=type=cache,target=/root/.m2 mvn package\n',
    'another folder': 'FROM node\nCOPY . /src\nWORKDIR /app\nRUN npm ci\n',
    'files of another stage': 'FROM node AS a\nFROM node\nCOPY --from=a . .\nRUN npm ci\n',
    conditions: 'FROM node\nCOPY . .\nRUN if [ -f package.json ]; then npm ci; fi\n',
    'stages that nobody needs, and ONBUILD':
      'FROM node AS a\nCOPY . .\nRUN npm ci\nFROM node\nONBUILD COPY . .\nONBUILD RUN npm ci\n',
  },
})
