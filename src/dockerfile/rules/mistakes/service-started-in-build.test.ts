import { describeRule } from '../testing/describe-rule.ts'
import { serviceStartedInBuild } from './service-started-in-build.ts'

describeRule(serviceStartedInBuild, {
  catches: {
    services: {
      dockerfile:
        'FROM debian\nRUN apt-get install -y nginx && «service nginx start»\nrun «/etc/init.d/ssh restart»\r\nRUN «sudo systemctl --now restart a.service»\n',
      messages: [/^the service nginx runs only/, /the service ssh/, /the service a\.service/],
    },
    'programs in the background': 'FROM node\nRUN «node server.js» &\nRUN make && «nohup ./server > /log 2>&1» &\n',
    'programs that go there by themselves':
      'FROM node\nRUN «pm2 start app.js»\nRUN «/usr/sbin/sshd»\nRUN [«"pg_ctl", "start"»]\n',
  },
  leaves: {
    'services that the same RUN needs':
      'FROM debian\nRUN service mysql start && mysql -e "create database a"\nRUN ./server & sleep 1 && curl localhost\nRUN a & wait',
    'what stops or asks': 'FROM debian\nRUN service mysql stop\nRUN service --status-all\nRUN systemctl enable nginx',
    CMD: 'FROM debian\nCMD service nginx start && tail -f /var/log/nginx/access.log',
    'programs in the foreground': 'FROM debian\nRUN /usr/sbin/sshd -t\nRUN pm2 install a\nRUN apachectl configtest',
    'parts of a script': 'FROM debian\nRUN if a; then service b start; fi\nRUN a || service b start',
    'stages that the build does not need': 'FROM debian AS a\nRUN service nginx start\nFROM scratch',
  },
})
