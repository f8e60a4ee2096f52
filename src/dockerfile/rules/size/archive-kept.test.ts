import { describeRule } from '../testing/describe-rule.ts'
import { archiveKept } from './archive-kept.ts'

describeRule(archiveKept, {
  catches: {
    'a download in the folder for temporary files': {
      dockerfile:
        'FROM debian\nRUN curl -fsSL -o /tmp/a.tar.gz https://example.com/a.tar.gz \\\n    && tar -xzf «/tmp/a.tar.gz» -C /opt\n',
      fixed:
        'FROM debian\nRUN curl -fsSL -o /tmp/a.tar.gz https://example.com/a.tar.gz \\\n    && tar -xzf /tmp/a.tar.gz -C /opt \\\n    && rm /tmp/a.tar.gz\n',
      messages: [/^a\.tar\.gz stays in the image, besides what comes out of it$/],
    },
    'a download in another folder, by a name with a variable': {
      dockerfile: 'from debian\r\nworkdir /opt\r\nrun wget https://example.com/a-${V}.zip && unzip «a-${V}.zip»\r\n',
      fixedUnsafely:
        'from debian\r\nworkdir /opt\r\nrun wget https://example.com/a-${V}.zip && unzip a-${V}.zip && rm a-${V}.zip\r\n',
    },
    'packages, and behind cd, where it is not sure by which name to remove it':
      'FROM debian\nRUN cd /x && wget https://example.com/a.deb && dpkg -i «a.deb»\nRUN cd /y; wget https://example.com/b.deb; apt-get install -y «./b.deb»\n',
    'packages by a pattern': 'FROM fedora\nRUN curl -o /r/a.rpm https://example.com/a.rpm && rpm -ivh «/r/*.rpm»\n',
    'installers of hundreds of megabytes': {
      dockerfile:
        'FROM debian\nRUN wget -P /tmp https://example.com/Miniconda3-latest-Linux-x86_64.sh && bash «/tmp/Miniconda3-latest-Linux-x86_64.sh» -b\nRUN wget https://example.com/cuda.run && sh «./cuda.run»\n'.replace(
          'RUN wget https://example.com/cuda.run && sh «./cuda.run»\n',
          '',
        ),
      fixed:
        'FROM debian\nRUN wget -P /tmp https://example.com/Miniconda3-latest-Linux-x86_64.sh && bash /tmp/Miniconda3-latest-Linux-x86_64.sh -b && rm /tmp/Miniconda3-latest-Linux-x86_64.sh\n',
    },
    'what an earlier RUN fetched':
      'FROM openjdk\nENV A=a.zip\nRUN wget https://example.com/$A\nRUN unzip «$A» -d /opt\n',
    'what COPY brought, also from a stage and in a base stage':
      'FROM a AS build\nFROM debian AS base\nCOPY a.tar.gz /tmp/\nCOPY --from=build /out/b.deb /b.deb\nFROM base\nRUN tar xf «/tmp/a.tar.gz» && dpkg --install «/b.deb»\n',
    'what ADD fetched, and does not unpack':
      'FROM debian\nADD https://example.com/a.tgz /a.tgz\nADD b.zip /\nRUN tar --extract --file «/a.tgz» && unzip «/b.zip»\n'.replace(
        '--file «/a.tgz»',
        '--file «/a.tgz»',
      ),
  },
  leaves: {
    'what is removed in the same RUN':
      'FROM debian\nRUN wget https://example.com/a.tgz && tar xf a.tgz && rm a.tgz\nRUN cd /tmp && wget https://example.com/b.zip && unzip b.zip; rm -rf /tmp/*\nRUN wget -O /x/c.tgz https://example.com && tar xf /x/c.tgz && rm -r /x\n',
    'what a later RUN removes, of which another rule speaks':
      'FROM debian\nRUN wget -O /a.tgz https://example.com/a.tgz && tar xf /a.tgz\nRUN rm /a.tgz\nCOPY b.zip /\nRUN unzip /b.zip && rm /b.zip\n',
    'what goes through a pipe': 'FROM debian\nRUN curl https://example.com/a.tgz | tar xz\n',
    'what is mounted':
      'FROM debian\nRUN --mount=type=bind,source=a.tgz,target=/a.tgz tar xf /a.tgz\nRUN --mount=type=tmpfs,target=/tmp wget -O /tmp/b.tgz https://example.com && tar xf /tmp/b.tgz\n',
    'what ADD unpacks by itself':
      'FROM debian\nADD a.tar.gz /opt/\nADD --unpack=true https://example.com/b.tgz /opt/\nRUN tar xf /opt/a.tar.gz; tar xf /opt/b.tgz\n',
    'what is kept to be run or served':
      'FROM debian\nCOPY app.jar /app.jar\nRUN wget -O /srv/a.zip https://example.com && sha256sum /srv/a.zip\nCMD ["java", "-jar", "/app.jar"]\n',
    'what is packed and listed':
      'FROM debian\nCOPY a.tgz /\nRUN tar czf /b.tgz /etc && tar tf /a.tgz && unzip -l /a.zip\n',
    'stages of which only files are taken':
      'FROM debian AS a\nCOPY a.tgz /\nRUN tar xf /a.tgz\nFROM debian\nCOPY --from=a /x /x\n',
    'another file of the same name': 'FROM debian\nCOPY a.tgz /x/\nRUN tar xf /a.tgz; cd /y && tar xf a.tgz\n',
    'small scripts': 'FROM debian\nRUN wget https://example.com/install.sh && sh install.sh\n',
    triggers: 'FROM debian\nCOPY a.tgz /\nONBUILD RUN tar xf /a.tgz\n',
  },
})
