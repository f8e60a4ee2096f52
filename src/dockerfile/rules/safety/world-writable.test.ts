import { describeRule } from '../testing/describe-rule.ts'
import { worldWritable } from './world-writable.ts'

describeRule(worldWritable, {
  catches: {
    'modes in both forms': {
      dockerfile:
        'FROM debian\nRUN chmod «777» /app && chmod -R «0666» /data && chmod «a+rwx» x && \\\n    chmod «"o+w"» y && chmod «go+w» -R z\n',
      messages: [/^mode 777 lets every user of the container change these files$/],
      fixedUnsafely:
        'FROM debian\nRUN chmod 775 /app && chmod -R 0664 /data && chmod a+rx,ug+w x && \\\n    chmod "o+w" y && chmod g+w -R z\n',
    },
    'COPY, ADD, install and mkdir': {
      dockerfile:
        'FROM debian\r\nCOPY --chmod=«777» a /a\r\nadd --chmod=«a+w» b /b\r\nRUN install -m «666» a /b && mkdir -p -m «0777» /c && install «-m777» d /e\r\n',
      fixedUnsafely:
        'FROM debian\r\nCOPY --chmod=775 a /a\r\nadd --chmod=ug+w b /b\r\nRUN install -m 664 a /b && mkdir -p -m 0775 /c && install -m775 d /e\r\n',
    },
    'folders for temporary files without the sticky bit': {
      dockerfile: 'FROM scratch\nRUN mkdir -m «777» /tmp && chmod «0777» /var/tmp\n',
      fixedUnsafely: 'FROM scratch\nRUN mkdir -m 1777 /tmp && chmod 1777 /var/tmp\n',
    },
    'stages that the image begins with': {
      dockerfile: 'FROM debian AS a\nRUN <<EOF\nchmod «777» /x\nEOF\nFROM a\n',
      fixedUnsafely: 'FROM debian AS a\nRUN <<EOF\nchmod 775 /x\nEOF\nFROM a\n',
    },
  },
  leaves: {
    'modes that let others read only':
      'FROM debian\nRUN chmod 755 a && chmod -R 775 b && chmod +x c && chmod g+w d && chmod u=rwx,g=rx,o=rx e && chmod a-w f && chmod +w g\nCOPY --chmod=0644 a /a',
    'the sticky bit': 'FROM debian\nRUN chmod 1777 /tmp && mkdir -m 1777 /x && chmod a+rwxt /y',
    'modes that a variable decides': 'FROM debian\nARG M\nRUN chmod $M /a && chmod "77$M" /b',
    'stages that are thrown away': 'FROM debian AS a\nRUN chmod 777 /x\nFROM debian\nCOPY --from=a /x /x',
    'what is no mode': 'FROM debian\nRUN echo chmod 777 && chmod --reference=a b 777 && chown 777 /a',
    devices: 'FROM debian\nRUN chmod 666 /dev/stdout /dev/fuse',
  },
})
