import { describeRule } from '../testing/describe-rule.ts'
import { pipedInstaller } from './piped-installer.ts'

describeRule(pipedInstaller, {
  catches: {
    'curl into a shell': {
      dockerfile:
        'FROM debian\nRUN apt-get update && «curl -fsSL https://rpm.nodesource.com/setup_22.x | sudo -E bash -»\n',
      messages: [/^bash runs what curl fetches, unseen$/],
    },
    'wget into a shell with arguments, over several lines, in lower case':
      'from debian\r\nrun set -e; \\\r\n  «wget -qO- https://example.com/install.sh \\\r\n  | sh -s -- --yes»\r\n',
    'other interpreters':
      'FROM python\nRUN «curl -sSL https://install.python-poetry.org | python3 -»\nRUN «curl -sS https://getcomposer.org/installer | php -- --install-dir=/usr/local/bin»\nRUN «curl -sS https://getcomposer.org/installer | php -- --install-dir=/usr/bin --filename=composer»\nRUN «curl https://x.example.com/a | POETRY_HOME=/opt python3»',
    'what passes through another program':
      'FROM debian\nRUN «curl https://example.com/a.gz | gunzip | tee /a | bash -eux»',
    substitutions:
      'FROM debian\nRUN «bash -c "$(curl -fsSL https://example.com/a)"» && «sh <(curl -L https://example.com/b)»\nRUN «eval "$(wget -qO- https://example.com/c)"»; «. <(curl https://example.com/d)»',
    'a here-document and a nested shell':
      'FROM debian\nRUN <<EOF\nif true; then\n  «curl https://example.com/a | sh»\nfi\nEOF\nRUN bash -c "«curl https://example.com/b | bash»"',
    'stages that the target copies from':
      'FROM debian AS a\nRUN «curl https://example.com | sh»\nFROM scratch\nCOPY --from=a /x /x',
    'options of the shell': 'FROM debian\nRUN «curl https://example.com/a | bash -euo pipefail»',
  },
  leaves: {
    'what is fetched to a file': 'FROM debian\nRUN curl -fsSL -o /a.sh https://example.com/a.sh && sh /a.sh',
    'what feeds something else':
      'FROM debian\nRUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /k.gpg && curl https://example.com/a.tgz | tar xz && wget -qO- https://example.com/k | apt-key add -',
    'interpreters with a script of their own':
      "FROM debian\nRUN curl -s https://example.com/a.json | python3 -c 'import json' && curl https://example.com/a | perl -pe 's/a/b/' && curl https://example.com/a | node -e 1 && curl https://example.com/b | python3 -m json.tool | sh -c 'cat' && curl https://example.com/c | python parse.py && curl https://example.com/d | sh read.sh && curl https://example.com/e | php -r 'echo 1;'",
    'what is only fetched to be printed':
      'FROM debian\nRUN V=$(curl -s https://example.com/version) && echo "$V" && sh -c "echo $(date)"',
    'pipelines without a download': 'FROM debian\nRUN cat install.sh | sh && echo a | bash',
    'a download that writes a file on the way': 'FROM debian\nRUN curl -o a https://example.com/a | bash',
    'text that is no command':
      'FROM debian\nRUN echo "curl https://example.com | sh"\n# RUN curl x | sh\nLABEL how="curl x | sh"',
    'what the container does': 'FROM debian\nCMD curl https://example.com | sh',
    'stages that nobody needs': 'FROM debian AS a\nRUN curl https://example.com | sh\nFROM debian',
    'other shells': 'FROM debian\nSHELL ["pwsh", "-c"]\nRUN curl https://example.com | sh',
  },
})
