import { describeRule } from '../testing/describe-rule.ts'
import { lostShellState } from './lost-shell-state.ts'

describeRule(lostShellState, {
  catches: {
    'cd alone, for which it writes WORKDIR': {
      dockerfile: 'FROM node\nRUN «cd /app»\nRUN npm ci\n',
      messages: [/^this folder ends with this RUN$/],
      fixedUnsafely: 'FROM node\nWORKDIR /app\nRUN npm ci\n',
    },
    'export alone, for which it writes ENV': {
      dockerfile: 'from node\r\nrun «export A=b PATH="/c:$PATH"»\r\nrun «D=e»\r\n',
      fixedUnsafely: 'from node\r\nenv A=b PATH="/c:$PATH"\r\nenv D=e\r\n',
    },
    'one that stands at the end': 'FROM node\nRUN mkdir -p /app && «cd /app»\nRUN make && «export A=b»\n',
    environments:
      'FROM python\nRUN python -m venv /v && «. /v/bin/activate»\nRUN «source /v/bin/activate»\nRUN echo a >> ~/.bashrc && «source ~/.bashrc»\nRUN «conda activate a»\n',
    'settings, aliases and users':
      'FROM debian\nRUN «set -ex»\nRUN «ulimit -n 4096»\nRUN «alias ll="ls -l"»\nRUN «su - postgres»\n',
    'a script that does nothing else': 'FROM debian\nRUN set -e; «cd /app»; echo done\n',
    'here-documents and substitutions, without a fix':
      'FROM debian\nRUN <<EOF\n«cd /app»\nEOF\nRUN «export A=$(date)»\nRUN «cd ~/a»\n',
    'what one command keeps for another, in a stage that is copied from': {
      dockerfile: 'FROM node AS a\nRUN «cd "/app"»\nFROM scratch\nCOPY --from=a /app /app\n',
      fixedUnsafely: 'FROM node AS a\nWORKDIR "/app"\nFROM scratch\nCOPY --from=a /app /app\n',
    },
  },
  leaves: {
    'changes that the same RUN uses':
      'FROM node\nRUN cd /app && npm ci\nRUN export A=b && make\nRUN . /v/bin/activate && pip install a\nRUN umask 022 && touch a',
    'what a condition of the same RUN uses':
      'FROM node\nRUN export A=$(git status) && test -z "$A" || (echo b && exit 1)',
    'the way back': 'FROM node\nRUN cd a && make && cd ..\nRUN pushd a && make && popd\nRUN cd a; make; cd /',
    'settings at the end': 'FROM node\nRUN make; set +x\nRUN make && umask 022',
    'scripts that may do something':
      'FROM node\nRUN . ./install.sh\nRUN source /build/setup.sh\nRUN eval "$(ssh-agent)"',
    'what is written to a file': 'FROM node\nRUN alias > /a\nRUN export > /env',
    'parts of a script': 'FROM node\nRUN (cd a) && if b; then cd c; fi\nRUN sh -c "cd a && b"\nRUN a || cd b',
    'variables of one command': 'FROM node\nRUN A=b make\nRUN env A=b make',
    'su with a command': 'FROM debian\nRUN su postgres -c "psql"\nRUN su -c "a" b',
    'other instructions': 'FROM node\nCMD cd /app\nRUN ["cd"]',
    'stages that the build does not need': 'FROM node AS a\nRUN cd /app\nFROM scratch',
  },
})
