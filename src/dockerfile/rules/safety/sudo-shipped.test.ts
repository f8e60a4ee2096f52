import { describeRule } from '../testing/describe-rule.ts'
import { sudoShipped } from './sudo-shipped.ts'

describeRule(sudoShipped, {
  catches: {
    'rules without a password': {
      dockerfile:
        'FROM debian\nRUN echo «"app ALL=(ALL) NOPASSWD:ALL"» >> /etc/sudoers\nRUN echo «"%wheel ALL=(ALL) NOPASSWD: ALL"» | tee /etc/sudoers.d/app\nCOPY <<EOF /etc/sudoers.d/app\napp ALL=(ALL) «NOPASSWD»: ALL\nEOF\nRUN sed -i «"s/ALL$/NOPASSWD:ALL/"» /etc/sudoers\n',
      messages: [/^sudo makes a user root/],
    },
    'sudo itself, as information': {
      dockerfile:
        'FROM debian AS base\nRUN apt-get update && apt-get install -y curl \\\n    «sudo» git\nFROM base\nRUN apk add «sudo=1.9.15»\nRUN yum install -y «sudo»\n',
      messages: [/^sudo is installed in the image$/],
    },
  },
  leaves: {
    'stages that are not shipped':
      'FROM debian AS a\nRUN apt-get install -y sudo && echo "a ALL=NOPASSWD: ALL" > /etc/sudoers\nFROM debian\nCOPY --from=a /a /a',
    'sudo for one RUN only': 'FROM debian\nRUN apt-get install -y sudo && sudo make && apt-get purge -y sudo',
    'other packages and texts':
      'FROM debian\nRUN apt-get install -y sudo-ldap-doc pseudo && echo NOPASSWD > /notes && apt-get remove -y sudo\nLABEL a="NOPASSWD"',
  },
})
