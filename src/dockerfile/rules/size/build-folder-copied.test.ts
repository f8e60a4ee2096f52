import { describeRule } from '../testing/describe-rule.ts'
import { buildFolderCopied } from './build-folder-copied.ts'

describeRule(buildFolderCopied, {
  catches: {
    'the folder of a build of Node.js': {
      dockerfile:
        'FROM node AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nFROM node:slim\nWORKDIR /app\nCOPY --from=build «/app» .\nCMD ["node", "dist/a.js"]\n',
      messages: [/^\/app is the whole folder that is built in$/],
    },
    'the folder of a build of Rust, or one around it':
      'from rust as build\r\ncopy . /src/app\r\nrun cd /src/app && cargo build --release\r\nfrom debian\r\ncopy --from=build «/src/» /src\r\n',
    'Go, whose source was copied in the stage below':
      'FROM golang AS base\nWORKDIR /go/src/x\nCOPY . .\nFROM base AS build\nRUN go build .\nFROM alpine\nCOPY --from=build «/go/src/x» /x\n',
    'a part of a repository that another stage cut out':
      'FROM node AS a\nWORKDIR /app\nCOPY . .\nRUN npx turbo prune api --docker\nFROM node AS b\nWORKDIR /app\nCOPY --from=a /app/out/full/ .\nRUN yarn install && yarn turbo build\nFROM node\nCOPY --from=b «/app» .\n',
    'a relative path, which begins at the root':
      'FROM golang AS build\nCOPY . /app\nWORKDIR /app\nRUN make build\nFROM alpine\nCOPY --from=build «app» /app\n',
  },
  leaves: {
    'what was built':
      'FROM node AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM node:slim\nCOPY --from=build /app/dist /app/dist\nCOPY --from=build /app/node_modules /app/node_modules\n',
    'a folder that was cleaned up':
      'FROM node AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build && npm prune --omit=dev\nFROM node:slim\nCOPY --from=build /app /app\n',
    'an output folder in the folder of the source':
      'FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build\nWORKDIR /app\nCOPY . .\nRUN dotnet publish -o out\nFROM mcr.microsoft.com/dotnet/aspnet:9.0\nCOPY --from=build /app/out .\n',
    'languages whose source runs':
      'FROM php AS build\nWORKDIR /app\nCOPY . .\nRUN composer install --no-dev && npm run build\nFROM php:fpm\nCOPY --from=build /app /app\n',
    'folders in which nothing is built': 'FROM node AS a\nCOPY . /app\nRUN true\nFROM node\nCOPY --from=a /app /app\n',
    'all of a stage': 'FROM golang AS a\nWORKDIR /x\nCOPY . .\nRUN go build .\nFROM scratch\nCOPY --from=a / /\n',
    'single folders of the source':
      'FROM golang AS a\nWORKDIR /x\nCOPY cmd cmd\nRUN go build ./cmd\nFROM scratch\nCOPY --from=a /x /x\n',
    'stages of which only files are taken':
      'FROM golang AS a\nWORKDIR /x\nCOPY . .\nRUN go build .\nFROM alpine AS b\nCOPY --from=a /x /x\nFROM alpine\nCOPY --from=b /x/y /y\n',
    'what is left out by hand':
      'FROM golang AS a\nWORKDIR /x\nCOPY . .\nRUN go build .\nFROM alpine\nCOPY --from=a --exclude=*.go /x /x\n',
  },
})
