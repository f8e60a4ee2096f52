import { describeRule } from '../testing/describe-rule.ts'
import { privilegedRun } from './privileged-run.ts'

describeRule(privilegedRun, {
  catches: {
    'both flags': {
      dockerfile:
        'FROM debian AS a\nRUN «--security=insecure» «--network=host» mount -t tmpfs x /x\nFROM debian\nCOPY --from=a /a /a\nrun \\\n  «--network=host» curl x\n',
      messages: [/^this RUN has all rights/, /^this RUN shares the network/],
    },
  },
  leaves: {
    'the defaults':
      'FROM debian\nRUN --security=sandbox --network=default --network=none ls\nRUN ls --security=insecure',
    'stages that nobody needs': 'FROM debian AS a\nRUN --network=host ls\nFROM debian',
  },
})
