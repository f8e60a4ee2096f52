import { describeRule } from '../testing/describe-rule.ts'
import { parallelStages } from './parallel-stages.ts'

describeRule(parallelStages, {
  catches: {
    'a page and a server': {
      dockerfile:
        'FROM example.org/all AS build\nCOPY . /src\nWORKDIR /src/web\nRUN npm ci && npm run build\nWORKDIR /src/server\nRUN «go build» -o /server .\nFROM alpine\nCOPY --from=build /server /server\n',
      messages: [/^go waits for npm, and needs nothing of it$/],
    },
    'folders that cd names':
      'from example.org/all\r\nrun cd /src/api && mvn package\r\nrun cd /src/ui && «yarn install»\r\n',
    'a folder that an option names':
      'FROM example.org/all\nWORKDIR /src/api\nRUN dotnet publish\nRUN «npm --prefix=../ui» ci\n',
  },
  leaves: {
    'stages of their own':
      'FROM node AS web\nWORKDIR /web\nRUN npm ci && npm run build\nFROM golang AS build\nWORKDIR /src\nRUN go build -o /server\nFROM alpine\nCOPY --from=web /web/dist /dist\nCOPY --from=build /server /server\n',
    'one folder: a part may need the other':
      'FROM example.org/all\nWORKDIR /src\nRUN npm ci && npm run build\nRUN go build\n',
    'a folder in the other':
      'FROM example.org/all\nWORKDIR /src\nRUN cd web && npm ci && npm run build\nRUN go build -o /server .\n',
    'one RUN': 'FROM example.org/all\nRUN cd /web && npm ci && cd /server && go build\n',
    'tools, and no parts of the project':
      'FROM example.org/all\nWORKDIR /a\nRUN npm install -g typescript\nWORKDIR /b\nRUN go build\n',
    'one tool in two folders': 'FROM node\nWORKDIR /a\nRUN npm ci\nWORKDIR /b\nRUN npm ci\n',
    'folders that nobody knows': 'FROM example.org/all\nARG WEB\nRUN cd $WEB && npm ci\nRUN cd /server && go build\n',
    'stages that are not needed':
      'FROM example.org/all AS a\nWORKDIR /a\nRUN npm ci\nWORKDIR /b\nRUN go build\nFROM alpine\n',
  },
})
