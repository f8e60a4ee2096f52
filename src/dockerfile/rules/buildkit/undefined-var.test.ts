import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lintDockerfile } from '../../lint.ts'
import { describeRule } from '../testing/describe-rule.ts'
import { undefinedVar } from './undefined-var.ts'

const environment = new Map([['JAVA_HOME', '/opt/java']])

describeRule(undefinedVar, {
  catches: {
    'variables that nothing defines': {
      dockerfile: 'FROM scratch\nENV A=«$X» B=«${Y:-1}»\nCOPY --chown=«$U» a «$D»/\n',
      messages: [/\$X/, /\$Y/, /\$U/, /\$D/],
    },
    'variables in here-documents and mounts':
      'FROM scratch\nCOPY <<EOF /a\n«$X»\nEOF\nRUN --mount=type=cache,target=/«$Y» true\n',
    'variables of another program in a here-document, once, whatever the base': {
      dockerfile: 'FROM nginx\nCOPY <<-EOF /a.conf\n\ttry_files «$uri» $uri/ $host;\nEOF\n',
      fixedUnsafely: "FROM nginx\nCOPY <<-'EOF' /a.conf\n\ttry_files $uri $uri/ $host;\nEOF\n",
    },
    'variables of another program beside those of the image, where no quotes help':
      'FROM nginx\nENV PORT=80\nCOPY <<EOF /a.conf\nlisten $PORT;\ntry_files «$uri» $uri/;\nEOF\n',
    'a typing slip': {
      dockerfile: 'FROM scratch\nENV APP_HOME=/a\nWORKDIR «${APP_HOM}»\n',
      fixedUnsafely: 'FROM scratch\nENV APP_HOME=/a\nWORKDIR ${APP_HOME}\n',
    },
    'an ARG that only FROM sees': {
      dockerfile: 'ARG VERSION=1\nFROM a:$VERSION\n  ENV V=«$VERSION» W=«$VERSION»\n',
      fixedUnsafely: 'ARG VERSION=1\nFROM a:$VERSION\n  ARG VERSION\n  ENV V=$VERSION W=$VERSION\n',
    },
    'an automatic argument that is not declared': {
      dockerfile: 'FROM a\nCOPY bin/«$TARGETARCH» /bin/\n',
      fixedUnsafely: 'FROM a\nARG TARGETARCH\nCOPY bin/$TARGETARCH /bin/\n',
    },
    'an ARG of another stage': 'FROM a\nARG X=1\nFROM b\nENV A=«$X»\n',
    'the instruction that defines it': 'FROM a\nENV X=1 A=«$X»\n',
    'a trigger where it is run': 'FROM scratch AS b\nONBUILD ENV A=$X$X\nFROM «b»\n',
    'slips in the variables of a base image that is known': {
      dockerfile: 'FROM a\nENV A=«$JAVA_HOM»\n',
      options: { baseImages: new Map([[0, { environment, triggers: [] }]]) },
      fixedUnsafely: 'FROM a\nENV A=$JAVA_HOME\n',
    },
  },
  leaves: {
    'what an unknown base may have, and is added to':
      'FROM a\nENV LD_LIBRARY_PATH=/x:${LD_LIBRARY_PATH}\nENV P /y:$P\n',
    'what is defined above': 'FROM scratch\nARG X\nENV Y=1\nENV A=$X$Y$PATH',
    'what a stage below it defined': 'FROM scratch AS a\nENV X=1\nARG Y\nFROM a\nENV A=$X$Y',
    'a base image that nobody knows, which may define it': 'FROM node\nENV A=$NODE_VERSION',
    'a base image that defines it': {
      dockerfile: 'FROM a\nENV A=$JAVA_HOME',
      options: { baseImages: new Map([[0, { environment, triggers: [] }]]) },
    },
    'the shell and EXPOSE': 'FROM scratch\nRUN echo $X\nCMD ["$X"]\nEXPOSE ${X:-80}',
    'here-documents: what the base may define, proxies, quoted words and RUN':
      "FROM nginx\nCOPY <<EOF /a\n$NGINX_VERSION $http_proxy \\$uri\nEOF\nCOPY <<'EOF' /b\n$uri\nEOF\nRUN <<EOF\necho $uri\nEOF\n",
    'escaped and quoted dollars': "FROM scratch\nENV A=\\$X B='$Y'",
    'arguments that steer BuildKit': 'FROM scratch\nENV A=$BUILDKIT_SBOM_SCAN_STAGE',
  },
})

test('a trigger that names one variable twice is reported once for each variable', () => {
  const { findings } = lintDockerfile('FROM scratch AS b\nONBUILD ENV A=$X$X B=$Y\nFROM b\n')
  assert.equal(findings.filter(({ code }) => code === 'UndefinedVar').length, 2)
})
