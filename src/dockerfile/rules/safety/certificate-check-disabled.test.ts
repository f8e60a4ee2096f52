import { describeRule } from '../testing/describe-rule.ts'
import { certificateCheckDisabled } from './certificate-check-disabled.ts'

describeRule(certificateCheckDisabled, {
  catches: {
    'options of curl and wget': {
      dockerfile:
        'FROM debian\nRUN curl «-k» https://example.com/a -o a && curl «-fsSLk» https://example.com/b -o b \\\n    && wget «--no-check-certificate» https://example.com/c\n',
      messages: [/^-k of curl turns the check of certificates off$/],
      fixedUnsafely:
        'FROM debian\nRUN curl https://example.com/a -o a && curl -fsSL https://example.com/b -o b \\\n    && wget https://example.com/c\n',
    },
    'an option in a line of its own': {
      dockerfile: 'FROM debian\r\nRUN curl \\\r\n    «--insecure» \\\r\n    https://example.com/a\r\n',
      fixedUnsafely: 'FROM debian\r\nRUN curl \\\r\n    \\\r\n    https://example.com/a\r\n',
    },
    '--trusted-host of pip': {
      dockerfile:
        'FROM python\nRUN pip install «--trusted-host» pypi.org x\nRUN python3 -m pip install x «--trusted-host=a»\n',
      fixedUnsafely: 'FROM python\nRUN pip install x\nRUN python3 -m pip install x\n',
    },
    'variables, wherever they are set':
      'FROM node\nENV A=1 «NODE_TLS_REJECT_UNAUTHORIZED=0»\nARG «PYTHONHTTPSVERIFY=0»\nRUN «GIT_SSL_NO_VERIFY=true» git clone https://example.com/a && export «npm_config_strict_ssl=false»\n',
    settings:
      'FROM node\nRUN npm config set «strict-ssl false» && yarn config set «enableStrictSsl false»; git config --global «http.sslVerify false» && git -c «http.sslVerify=false» clone https://example.com/a\nRUN npm install «--strict-ssl=false» && npm ci «--no-strict-ssl» && conda config --set «ssl_verify false»\nRUN apt-get -o «Acquire::https::Verify-Peer=false» update && pip config set «global.trusted-host» pypi.org',
    'what is written to files':
      'FROM node\nRUN echo «"strict-ssl=false"» >> ~/.npmrc && echo «insecure» >> ~/.curlrc\nCOPY <<EOF /etc/yum.conf\n[main]\n«sslverify=0»\nEOF\n',
  },
  leaves: {
    'certificates that are checked':
      'FROM node\nENV NODE_TLS_REJECT_UNAUTHORIZED=1 GIT_SSL_NO_VERIFY=false\nRUN curl -fsSL https://example.com/a && wget -k https://example.com/b && npm config set strict-ssl true && git config http.sslVerify true',
    'options that look alike':
      'FROM debian\nRUN curl -o k https://example.com/a && curl -ok https://example.com/b && tar -k -xf a && apt-get install -k x && ls --insecure-thing',
    'the own machine, and what the container does':
      'FROM debian\nRUN curl -k https://localhost:8443/\nHEALTHCHECK CMD curl -k https://localhost/\nCMD ["curl", "-k", "https://example.com"]',
    'what is compared with a digest':
      'FROM debian\nRUN curl -k -O https://example.com/a && echo "x  a" | sha256sum -c -',
    'values that are not known':
      'FROM node\nARG NODE_TLS_REJECT_UNAUTHORIZED\nENV GIT_SSL_NO_VERIFY=$X\nRUN npm config set strict-ssl $S',
    text: 'FROM node\nRUN echo "curl -k strict-ssl false" && git commit -m "http.sslVerify is false"\n# curl -k https://example.com',
  },
})
