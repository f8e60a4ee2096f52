import { describeRule } from '../testing/describe-rule.ts'
import { dockerSocketVolume } from './docker-socket-volume.ts'

describeRule(dockerSocketVolume, {
  catches: {
    'the socket alone': {
      dockerfile: 'FROM docker\r\n# socket\r\nVOLUME «/var/run/docker.sock»\r\nCMD ["sh"]\r\n',
      fixedUnsafely: 'FROM docker\r\n# socket\r\nCMD ["sh"]\r\n',
    },
    'the socket among others': 'FROM docker\nVOLUME ["/data", «"/run/docker.sock"»]\n',
    'a variable': {
      dockerfile: 'FROM docker\nENV R=/var/run\nvolume «$R/docker.sock»\n',
      fixedUnsafely: 'FROM docker\nENV R=/var/run\n',
    },
  },
  leaves: {
    'other volumes': 'FROM docker\nVOLUME /var/lib/docker /var/run\n',
    'stages that are thrown away': 'FROM docker AS a\nVOLUME /var/run/docker.sock\nFROM docker\nCOPY --from=a /a /a',
  },
})
