import { describeRule } from '../testing/describe-rule.ts'
import { uncheckedDownload } from './unchecked-download.ts'

describeRule(uncheckedDownload, {
  catches: {
    'ADD of a URL': {
      dockerfile:
        'FROM debian\nARG V=1\nADD «https://example.com/a-${V}.tar.gz» «"https://example.com/b"» c /opt/\nadd [«"https://example.com/d"», "/d"]\n',
      messages: [/^ADD fetches a file without comparing its checksum$/],
    },
    'what is unpacked in the same RUN': {
      dockerfile:
        'FROM debian\nRUN curl -fsSL «https://example.com/a.tar.gz» | tar xz -C /opt\nRUN curl -fsSLO «https://example.com/b-$V.zip» && unzip b-$V.zip\nRUN wget -O /opt/c.deb «https://example.com/x?c=1»; dpkg -i /opt/c.deb',
      messages: [/^what curl fetches is used without a check of what it is$/],
    },
    'what is run':
      'FROM debian\nRUN curl -o /usr/local/bin/x «https://example.com/x» && chmod +x /usr/local/bin/x\nRUN wget «https://example.com/i.sh» \\\n  && sh ./i.sh\nRUN curl -L «https://example.com/k» > k && chmod 755 k && mv k /usr/bin/',
    'a here-document, and a builder':
      'FROM debian AS a\nRUN <<EOF\ncurl -O «https://example.com/a.tgz»\ntar xf a.tgz\nEOF\nFROM scratch\nCOPY --from=a /a /a',
  },
  leaves: {
    'ADD with a checksum': `FROM debian\nADD --checksum=sha256:${'0'.repeat(64)} https://example.com/a /a`,
    'what comes over plain HTTP, which is PlainHttpDownload':
      'FROM debian\nADD http://example.com/a /a\nRUN curl http://example.com/a.tgz | tar xz',
    'files of the context, and Git':
      'FROM debian\nADD a.tar.gz /a\nADD https://github.com/moby/buildkit.git#v0.10.1 /b\nADD git@github.com:a/b.git /c',
    'what is compared':
      "FROM debian\nRUN curl -O https://example.com/a.tgz && echo \"$SUM  a.tgz\" | sha256sum -c - && tar xf a.tgz\nRUN curl -O https://example.com/a.tgz && curl -O https://example.com/a.tgz.asc && gpg --batch --verify a.tgz.asc a.tgz && tar xf a.tgz\nRUN php -r \"copy('https://x', 'a'); hash_file('sha384', 'a');\" && curl -o a https://example.com/a && php a",
    'what is only data':
      'FROM debian\nRUN curl -o /data.json https://example.com/a.json && wget https://example.com/weights.pth -P /w',
    'the own network':
      'FROM debian\nRUN curl http://localhost:8080/a.tgz | tar x && wget http://nexus/a.tgz && tar xf a.tgz',
    'a key': 'FROM debian\nRUN curl -fsSL https://example.com/k.asc | gpg --dearmor -o /etc/apt/keyrings/k.gpg',
    'a script that goes straight into a shell, which is PipedInstaller':
      'FROM debian\nRUN curl https://example.com/a.sh | sh',
    'stages that nobody needs': 'FROM debian AS a\nADD https://example.com/a /a\nFROM debian',
    'other files that are unpacked':
      'FROM debian\nRUN curl -o note.txt https://example.com/n && tar xf /b.tgz && chmod 644 note.txt',
  },
})
