import { describeRule } from '../testing/describe-rule.ts'
import { pipeFailureIgnored } from './pipe-failure-ignored.ts'

describeRule(pipeFailureIgnored, {
  catches: {
    'a download that goes through a pipe': {
      dockerfile: 'FROM debian\nRUN «curl -fsSL https://example.com/key» | tee /etc/apt/keyrings/a.asc\n',
      messages: [/curl fails here: tee/],
    },
    'one in a longer pipeline, once for a RUN':
      'from debian\r\nrun a && «wget -qO- https://example.com/a» | sed s/a/b/ | sort > b && curl https://example.com | cat > c\r\n',
  },
  leaves: {
    pipefail:
      'FROM debian\nRUN set -eo pipefail; curl https://example.com | tee a\nRUN bash -o pipefail -c "curl https://example.com | tee a"\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl https://example.com | tee a',
    'programs that fail without input':
      'FROM debian\nRUN curl https://example.com/a.tgz | tar xz && curl https://example.com/b | gpg --dearmor > c',
    'scripts that are run, where another rule speaks': 'FROM debian\nRUN curl https://example.com | sh',
    'what is no download':
      'FROM debian\nRUN cat a | tee b && curl --version | head -1 && curl -o a https://example.com | tee b',
    'stages that the build does not need': 'FROM debian AS a\nRUN curl https://example.com | tee a\nFROM scratch',
  },
})
