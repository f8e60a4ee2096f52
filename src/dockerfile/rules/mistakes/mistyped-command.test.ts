import { describeRule } from '../testing/describe-rule.ts'
import { mistypedCommand } from './mistyped-command.ts'

describeRule(mistypedCommand, {
  catches: {
    'programs in CMD, ENTRYPOINT and HEALTHCHECK': {
      dockerfile: 'FROM node\nHEALTHCHECK CMD «crul» -f http://localhost || exit 1\nCMD «nmp» start\n',
      messages: [/^crul looks like a slip of curl$/, /^nmp looks like a slip of npm$/],
      fixedUnsafely: 'FROM node\nHEALTHCHECK CMD curl -f http://localhost || exit 1\nCMD npm start\n',
    },
    'programs in the exec form and in folders': {
      dockerfile: 'FROM python\r\nrun [«"/usr/bin/pyhton"», "a.py"]\r\nentrypoint [«"gunicron"», "a:b"]\r\n',
      fixedUnsafely: 'FROM python\r\nrun ["/usr/bin/python", "a.py"]\r\nentrypoint ["gunicorn", "a:b"]\r\n',
    },
    'programs in scripts, twice': {
      dockerfile:
        'FROM debian\nRUN «apt-gte» update && «apt-gte» install -y a && sudo «mkdri» /a\nRUN sh -c "«ndoe» a.js"\n',
      fixedUnsafely:
        'FROM debian\nRUN apt-get update && apt-get install -y a && sudo mkdir /a\nRUN sh -c "node a.js"\n',
    },
    'what tools are told to do': {
      dockerfile:
        'FROM debian\nRUN apt-get «isntall» -y a && pip3 «instal» b && python3 -m pip «intsall» c\nRUN go -C a «biuld» ./... && cargo «buidl» --release\nRUN git «clnoe» a\nCMD ["bundle", «"exce"», "rails"]\n',
      messages: [/^apt-get isntall looks like a slip of apt-get install$/],
      fixedUnsafely:
        'FROM debian\nRUN apt-get install -y a && pip3 install b && python3 -m pip install c\nRUN go -C a build ./... && cargo build --release\nRUN git clone a\nCMD ["bundle", "exec", "rails"]\n',
    },
    'a stage that is copied from, and one on top of it': {
      dockerfile: 'FROM node AS a\nRUN «yran» build\nFROM a\nRUN «nxp» b\n',
      fixedUnsafely: 'FROM node AS a\nRUN yarn build\nFROM a\nRUN npx b\n',
    },
  },
  leaves: {
    'commands that are right':
      'FROM node\nRUN apt-get update && npm ci && pip3 install a && python3.12 b && go build && nodejs c && git lfs pull\nCMD ["npm", "start"]',
    'programs that something brings':
      'FROM debian\nCOPY nmp /usr/local/bin/\nRUN nmp start\nFROM debian\nRUN pip install pyhton\nRUN pyhton\nFROM debian\nRUN ln -s /usr/bin/node /usr/bin/ndoe && ndoe a\nRUN echo "#!/bin/sh" > /bin/crul; crul',
    'functions of the script': 'FROM debian\nRUN crul() { curl "$@"; }; crul a',
    'files of the context': {
      dockerfile: 'FROM debian\nCOPY . /usr/local/bin/\nCMD nmp',
      context: { 'bin/nmp.sh': '' },
    },
    'paths of the project': 'FROM debian\nRUN ./nmp start && /opt/pyhton/bin/pyhton a',
    'arguments of an entrypoint': 'FROM debian\nENTRYPOINT ["/app"]\nCMD ["nmp", "start"]',
    'what npm understands itself': 'FROM node\nRUN npm isntall && npm instal && npm udpate',
    'words of the project':
      'FROM node\nRUN yarn biuld && make isntall && ./gradlew biuld && mvn spring-boot:run && npm run biuld',
    'plug-ins': 'FROM rust\nRUN cargo chef cook && cargo nextest run && git annex init',
    'options with values, and variables':
      'FROM debian\nRUN git -C instal clone a && apt-get -t updat install b && go $A && pip "$B" && apt-get ${C} d',
    'programs that are asked for': 'FROM debian\nRUN command -v pyhton || true',
    'stages that the build does not need': 'FROM node AS a\nRUN nmp ci\nFROM scratch',
  },
})
