import { describeRule } from '../testing/describe-rule.ts'
import { plainHttpDownload } from './plain-http-download.ts'

describeRule(plainHttpDownload, {
  catches: {
    'ADD, curl and wget': {
      dockerfile:
        'FROM debian\nADD «http://example.com/a» /a\nRUN curl -fsSL «"http://example.com/b-$V"» -o b\nRUN wget «http://archive.example.org/c»\n',
      messages: [/^ADD fetches a file over plain HTTP$/, /^curl fetches a file over plain HTTP$/],
      fixedUnsafely:
        'FROM debian\nADD https://example.com/a /a\nRUN curl -fsSL "https://example.com/b-$V" -o b\nRUN wget https://archive.example.org/c\n',
    },
    'sources of packages': {
      dockerfile:
        'FROM python\nENV A=1 PIP_INDEX_URL=«http://pypi.example.com/simple»\nRUN pip install --index-url «http://pypi.example.com/simple» x && pip install «--extra-index-url=http://e.example.com» y\nRUN npm config set registry «http://npm.example.com»\nRUN git clone --depth 1 «http://git.example.com/a.git»',
      fixedUnsafely:
        'FROM python\nENV A=1 PIP_INDEX_URL=https://pypi.example.com/simple\nRUN pip install --index-url https://pypi.example.com/simple x && pip install --extra-index-url=https://e.example.com y\nRUN npm config set registry https://npm.example.com\nRUN git clone --depth 1 https://git.example.com/a.git',
    },
    'sources of apt': {
      dockerfile:
        'FROM debian\nRUN echo «"deb [arch=amd64] http://dl.example.com/deb/ stable main"» > /etc/apt/sources.list.d/a.list\nCOPY <<EOF /etc/apt/sources.list.d/b.sources\nTypes: deb\nURIs: «http://deb.example.org/debian»\nEOF\nRUN add-apt-repository «"deb http://x.example.com/ y main"»\n',
      messages: [/^packages come over plain HTTP$/],
    },
  },
  leaves: {
    'the own network':
      'FROM debian\nRUN curl http://localhost:8080/ && curl http://127.0.0.1/a && wget http://nexus:8081/a http://10.0.0.1/b http://mirror.lan/c http://host.docker.internal/d\nADD http://artifacts/a /a',
    'addresses that a variable decides':
      'FROM debian\nRUN curl http://$HOST/a && curl http://${MIRROR}.example.com/b && wget $URL',
    'https, and words that are no address to fetch':
      'FROM debian\nADD https://example.com/a /a\nRUN curl -x http://proxy.example.com:3128 -e http://ref.example.com https://example.com/b && echo http://example.com\nLABEL url=http://example.com\nENV HOME_PAGE=http://example.com http_proxy=http://proxy.example.com',
    'what is compared with a digest': `FROM debian\nADD --checksum=sha256:${'0'.repeat(64)} http://example.com/a /a\nRUN curl -O http://example.com/a && sha256sum -c sums`,
    'what runs later': 'FROM debian\nHEALTHCHECK CMD curl -f http://example.com/\nCMD curl http://example.com',
    'sources of packages that are encrypted':
      'FROM debian\nRUN echo "deb https://e.example.com stable main" > /etc/apt/sources.list && pip install -i https://pypi.example.com/simple x',
  },
})
