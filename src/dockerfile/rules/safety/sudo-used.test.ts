import { describeRule } from '../testing/describe-rule.ts'
import { sudoUsed } from './sudo-used.ts'

describeRule(sudoUsed, {
  catches: {
    'sudo of root, once for each RUN': {
      dockerfile: 'FROM debian\nRUN «sudo» apt-get update && \\\n    sudo -E apt-get install -y curl | sudo tee /a\n',
      messages: [/^sudo has nothing to do: root runs this RUN$/],
      fixedUnsafely: 'FROM debian\nRUN apt-get update && \\\n    apt-get install -y curl | tee /a\n',
    },
    'sudo at the beginning of lines, with CRLF and in lower case': {
      dockerfile: 'from debian\r\nrun set -e; \\\r\n  «sudo» -H ls && \\\r\n  sudo DEBIAN_FRONTEND=x ls\r\n',
      fixedUnsafely: 'from debian\r\nrun set -e; \\\r\n  ls && \\\r\n  DEBIAN_FRONTEND=x ls\r\n',
    },
    'root by USER': {
      dockerfile: 'FROM unknown/image\nUSER root:root\nRUN «sudo» ls\nUSER 0\nRUN «sudo» ls\n',
      fixedUnsafely: 'FROM unknown/image\nUSER root:root\nRUN ls\nUSER 0\nRUN ls\n',
    },
    'a place that cannot be mended': 'FROM debian\nRUN [«"sudo"», "ls"]\n',
  },
  leaves: {
    'users other than root': 'FROM debian\nUSER app\nRUN sudo ls',
    'bases that are not known': 'FROM unknown/image\nRUN sudo ls',
    'users that a variable decides':
      'FROM debian\nARG USER\nUSER $USER\nRUN sudo ls\nUSER ${USER}:${USER}\nRUN sudo ls',
    'another user': 'FROM debian\nRUN sudo -u postgres psql && sudo --user=app ls && sudo -iu app ls',
    words: 'FROM debian\nRUN echo sudo && apt-get install sudo && sudo',
    'sudo of the container': 'FROM debian\nCMD sudo ls',
  },
})
