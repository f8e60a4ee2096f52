import { describeRule } from '../testing/describe-rule.ts'
import { historyCloned } from './history-cloned.ts'

describeRule(historyCloned, {
  catches: {
    'a clone, and makes it shallow': {
      dockerfile: 'FROM python\nRUN «git clone» https://example.com/a.git /app && pip install -e /app\nCMD ["a"]\n',
      fixedUnsafely:
        'FROM python\nRUN git clone --depth=1 https://example.com/a.git /app && pip install -e /app\nCMD ["a"]\n',
    },
    'a clone of a branch, in lower case, with line ends of Windows and in the exec form': {
      dockerfile:
        'from a\r\nrun cd /x \\\r\n && «git clone» -b v1 --recursive git@example.com:a/b .\r\nRUN [«"git", "clone"», "https://example.com/c"]\r\n',
      fixedUnsafely:
        'from a\r\nrun cd /x \\\r\n && git clone --depth=1 -b v1 --recursive git@example.com:a/b .\r\nRUN ["git", "clone", "--depth=1", "https://example.com/c"]\r\n',
    },
    'a clone of which another commit is wanted, without a fix':
      'FROM a\nRUN «git clone» https://example.com/a && cd a && git checkout 1a2b3c\n',
    'a clone in a base stage, in a folder that nobody knows': {
      dockerfile: 'FROM openjdk AS base\nRUN «git clone» https://example.com/a\nFROM base\nRUN rm -rf /a/.git\n',
      fixedUnsafely:
        'FROM openjdk AS base\nRUN git clone --depth=1 https://example.com/a\nFROM base\nRUN rm -rf /a/.git\n',
    },
  },
  leaves: {
    'shallow clones':
      'FROM a\nRUN git clone --depth 1 https://example.com/a && git clone --filter=blob:none https://example.com/b\n',
    'what is removed in the same RUN, all of it or the history':
      'FROM a\nWORKDIR /w\nRUN git clone https://example.com/a && make -C a && rm -rf a\nRUN git clone https://example.com/b /b && rm -rf /b/.git\nRUN git clone https://example.com/c && cd c && make && cd .. && rm -r c/.git\nRUN git clone https://example.com/d && cd d && rm -rf .git\n',
    'stages of which only files are taken':
      'FROM a AS b\nRUN git clone https://example.com/a\nFROM a\nCOPY --from=b /a /a\n',
    'what goes into a cache': 'FROM a\nRUN --mount=type=cache,target=/src git clone https://example.com/a /src/a\n',
    'images for development': 'FROM a AS dev\nRUN git clone https://example.com/a\n',
    'other commands, and triggers':
      'FROM a\nRUN git config --global x clone; echo git clone x\nONBUILD RUN git clone https://example.com/a\n',
  },
})
