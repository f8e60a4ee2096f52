import { describeRule } from '../testing/describe-rule.ts'
import { tildeNotExpanded } from './tilde-not-expanded.ts'

describeRule(tildeNotExpanded, {
  catches: {
    'paths of COPY, WORKDIR and VOLUME, and writes the home of root': {
      dockerfile: 'FROM debian\nWORKDIR «~»/app\nCOPY a b «~»/\nADD ["a", "«~»/b"]\nVOLUME «~»\n',
      messages: [/"~\/app"/, /"~\/"/],
      fixedUnsafely: 'FROM debian\nWORKDIR /root/app\nCOPY a b /root/\nADD ["a", "/root/b"]\nVOLUME /root\n',
    },
    mounts: {
      dockerfile: 'FROM debian\r\nrun --mount=type=cache,target=«~»/.cache/pip pip install a\r\n',
      fixedUnsafely: 'FROM debian\r\nrun --mount=type=cache,target=/root/.cache/pip pip install a\r\n',
    },
    'variables that hold paths': {
      dockerfile:
        'FROM debian\nENV PATH="«~»/.local/bin:$PATH" A=1\nENV PATH=$PATH:«~»/bin\nENV CARGO_HOME «~»/.cargo\n',
      fixedUnsafely:
        'FROM debian\nENV PATH="/root/.local/bin:$PATH" A=1\nENV PATH=$PATH:/root/bin\nENV CARGO_HOME /root/.cargo\n',
    },
    'other users, whose home is not known': 'FROM debian\nUSER app\nCOPY --from=x «~»/a «~»/b\n',
    'a base that is not known': 'FROM example.com/a\nWORKDIR «~»\n',
  },
  leaves: {
    'scripts, where a shell reads them': 'FROM debian\nRUN cd ~/a && ls ~\nCMD ls ~/a',
    'names with a tilde in them': 'FROM debian\nCOPY a~ ~a /b~/c/\nWORKDIR /a/~\nENV A=~ B=x:~y',
    'variables that are no paths': 'FROM debian\nENV PS1="~/ $" NOTE=~/a',
    Windows: 'FROM mcr.microsoft.com/windows/nanoserver\nWORKDIR ~/a',
    'stages that the build does not need': 'FROM debian AS a\nWORKDIR ~/a\nFROM scratch',
  },
})
