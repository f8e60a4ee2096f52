import { describeRule } from '../testing/describe-rule.ts'
import { archiveNotUnpacked } from './archive-not-unpacked.ts'

describeRule(archiveNotUnpacked, {
  catches: {
    'an archive from the network': {
      dockerfile: 'FROM debian\nADD «https://example.com/app-1.2.tar.gz» /opt/\nCMD ["/opt/app/run"]\n',
      messages: [/^ADD does not unpack "app-1.2.tar.gz"$/],
    },
    'a zip file of the context': 'from debian as a\r\nadd «site.zip» /srv/\r\nfrom a\r\ncmd ["x"]\r\n',
  },
  leaves: {
    'archives that are unpacked':
      'FROM debian\nADD https://example.com/a.tar.gz /opt/\nRUN tar -xf /opt/a.tar.gz\nFROM debian\nADD --unpack=true https://example.com/a.tgz /opt/',
    'tar archives of the context': 'FROM debian\nADD rootfs.tar.gz /',
    'archives that something names':
      'FROM debian\nADD https://example.com/model.tar.gz /opt/\nCMD ["serve", "/opt/model.tar.gz"]\nENV A=/opt/model.tar.gz',
    'files with a name of their own': 'FROM debian\nADD https://example.com/a.tar.gz /opt/model\nADD a.zip /opt/b',
    'scripts that may unpack it': 'FROM debian\nADD a.zip /opt/\nRUN ./build.sh',
    'what is no archive':
      'FROM debian\nADD https://example.com/a.jar https://example.com/a.gz /opt/\nADD git@github.com:a/b.git /c/',
    'stages that are not shipped': 'FROM debian AS a\nADD a.zip /opt/\nFROM scratch\nCOPY --from=a /opt /opt',
  },
})
