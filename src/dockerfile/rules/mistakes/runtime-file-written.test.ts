import { describeRule } from '../testing/describe-rule.ts'
import { runtimeFileWritten } from './runtime-file-written.ts'

describeRule(runtimeFileWritten, {
  catches: {
    redirections: {
      dockerfile:
        'FROM debian\nRUN echo "10.0.0.1 db" «>> /etc/hosts» && echo b >> /etc/hosts\nrun echo nameserver 8.8.8.8 «>/etc/resolv.conf»\r\n',
      messages: [/^\/etc\/hosts of the image/, /resolv\.conf/],
    },
    'programs that write':
      'FROM debian\nRUN a | tee -a «/etc/hosts»\nRUN sed -i "s/a/b/" «/etc/hosts»\nRUN cp a «/etc/resolv.conf»\n',
    'what may fail': 'FROM debian\nRUN echo a «> /etc/hosts» || true\nRUN echo a «> /etc/hostname»\n',
    COPY: 'FROM debian\n«COPY hosts /etc/hosts»\n',
  },
  leaves: {
    reading: 'FROM debian\nRUN cat /etc/hosts && grep a < /etc/hosts && cp /etc/hosts /a',
    'other files': 'FROM debian\nRUN echo a > /etc/hosts.allow && echo b > /rootfs/etc/hosts\nCOPY hosts /etc/hosts.d/',
    text: 'FROM debian\nRUN echo "a > /etc/hosts" > b',
    'stages that the build does not need': 'FROM debian AS a\nRUN echo a > /etc/hosts\nFROM scratch',
  },
})
