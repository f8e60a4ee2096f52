import { describeRule } from '../testing/describe-rule.ts'
import { hostKeyUnchecked } from './host-key-unchecked.ts'

describeRule(hostKeyUnchecked, {
  catches: {
    'settings that are written': {
      dockerfile:
        'FROM alpine\nRUN mkdir -p /root/.ssh && \\\n    echo «"StrictHostKeyChecking no"» > /root/.ssh/config\nRUN printf «"Host *\\n  StrictHostKeyChecking no\\n"» | tee -a /etc/ssh/ssh_config\nCOPY <<EOF /root/.ssh/config\nHost *\n  «StrictHostKeyChecking no»\nEOF\n',
      messages: [/^SSH is told to trust any host$/],
    },
    'options and variables':
      'FROM alpine\nENV «GIT_SSH_COMMAND="ssh -o StrictHostKeyChecking=no"»\nRUN GIT_SSH_COMMAND=«\'ssh -o UserKnownHostsFile=/dev/null\'» git clone git@example.com:a/b\nRUN ssh -o «StrictHostKeyChecking=no» example.com\nRUN git config core.sshCommand «"ssh -oStrictHostKeyChecking=no"»',
    'keys that are fetched, as information': {
      dockerfile: 'FROM alpine\nRUN mkdir -p ~/.ssh && «ssh-keyscan» git.example.com >> ~/.ssh/known_hosts\n',
      messages: [/^ssh-keyscan trusts/],
    },
  },
  leaves: {
    'hosts that are checked':
      'FROM alpine\nCOPY known_hosts /root/.ssh/known_hosts\nENV GIT_SSH_COMMAND="ssh -o StrictHostKeyChecking=yes"\nRUN --mount=type=ssh git clone git@example.com:a/b && ssh -o StrictHostKeyChecking=accept-new a',
    'keys that are compared': 'FROM alpine\nRUN ssh-keyscan example.com > k && ssh-keygen -lf k | grep SHA256:abc',
    'other text':
      'FROM alpine\nRUN echo "StrictHostKeyChecking no" > notes && echo StrictHostKeyChecking no\nLABEL a="StrictHostKeyChecking no"',
  },
})
