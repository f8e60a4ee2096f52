import { describeRule } from '../testing/describe-rule.ts'
import { volatileBeforeExpensive } from './volatile-before-expensive.ts'

const install = 'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n'

describeRule(volatileBeforeExpensive, {
  catches: {
    'a commit above packages of the distribution': {
      dockerfile: `FROM debian\n# by CI\nARG «GIT_SHA»\n${install}COPY . .\nRUN make VERSION=$GIT_SHA\n`,
      messages: [/^GIT_SHA is another one in each build/],
      fixedUnsafely: `FROM debian\n# by CI\n${install}ARG GIT_SHA\nCOPY . .\nRUN make VERSION=$GIT_SHA\n`,
    },
    'what variables and labels are set to, which moves along': {
      dockerfile: `FROM node\r\nARG «BUILD_DATE»=unknown\r\nENV BUILT=$BUILD_DATE\r\nLABEL a=b \\\r\n  org.opencontainers.image.created=$BUILT\r\nCOPY package*.json ./\r\nRUN npm ci\r\nCOPY . .\r\n`,
      fixedUnsafely: `FROM node\r\nCOPY package*.json ./\r\nRUN npm ci\r\nARG BUILD_DATE=unknown\r\nENV BUILT=$BUILD_DATE\r\nLABEL a=b \\\r\n  org.opencontainers.image.created=$BUILT\r\nCOPY . .\r\n`,
    },
    'several, each': {
      dockerfile: `FROM golang\nARG «COMMIT»\nARG «VCS_REF»\nCOPY go.mod ./\nRUN go mod download\nCOPY . .\nRUN go build -ldflags "-X main.a=$COMMIT -X main.b=$VCS_REF"\n`,
      fixedUnsafely: `FROM golang\nCOPY go.mod ./\nRUN go mod download\nARG VCS_REF\nARG COMMIT\nCOPY . .\nRUN go build -ldflags "-X main.a=$COMMIT -X main.b=$VCS_REF"\n`,
    },
    'one of several in an ARG, or in an ENV, without a fix': `FROM debian\nARG A=1 «BUILD_NUMBER»=0\n${install}FROM debian\nARG «CI_COMMIT_SHA»\nENV A=b SHA=$CI_COMMIT_SHA\n${install}COPY --from=0 / /\n`,
    'what only a LABEL uses, above a build': {
      dockerfile:
        'FROM golang\nCOPY . /app\nARG «COMMIT»\nARG «BUILD_DATE»\nLABEL commit=$COMMIT built=$BUILD_DATE\nRUN make build\n',
      messages: [/^COMMIT /],
    },
    'a default that stands for no value': {
      dockerfile: `FROM debian\nARG «VCS_REF»=unknown\n${install}`,
      fixedUnsafely: `FROM debian\n${install}ARG VCS_REF=unknown\n`,
    },
  },
  leaves: {
    'a default that somebody chose': `FROM debian\nARG NGINX_COMMIT=0a1b2c3d\n${install}`,
    'a build that may need it': 'FROM golang\nCOPY . .\nARG COMMIT\nRUN make build\n',
    'an argument behind the source': 'FROM node\nCOPY . .\nARG GIT_SHA\nRUN npm ci\n',
    'arguments behind the steps': `FROM debian\n${install}ARG GIT_SHA\nCOPY . .\nRUN make\n`,
    'steps that need it': 'FROM debian\nARG GIT_SHA\nRUN echo "$GIT_SHA" && apt-get install -y curl\n',
    'steps behind one that needs it': `FROM debian\nARG GIT_SHA\nRUN echo $GIT_SHA > /version\n${install}`,
    'steps behind the source, which a commit changes too': 'FROM node\nARG GIT_SHA\nCOPY . .\nRUN npm ci\n',
    'steps behind programs that may look at it': `FROM debian\nARG GIT_SHA\nRUN ./configure\n${install}`,
    'versions, which say what to install': `FROM debian\nARG VERSION=1.2\nARG APP_VERSION\nARG TARGETARCH\nARG COMMITTEE\n${install}`,
    'cheap steps': 'FROM debian\nARG GIT_SHA\nRUN mkdir /app\nENV A=b\n',
    'arguments before the first stage, labels, and stages that nobody needs': `ARG GIT_SHA\nFROM debian AS a\nARG GIT_SHA\n${install}FROM debian\nLABEL revision=abc\n${install}`,
  },
})
