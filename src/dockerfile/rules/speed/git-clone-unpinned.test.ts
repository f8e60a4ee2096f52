import { describeRule } from '../testing/describe-rule.ts'
import { gitCloneUnpinned } from './git-clone-unpinned.ts'

describeRule(gitCloneUnpinned, {
  catches: {
    'the default branch': {
      dockerfile:
        'FROM alpine/git AS sources\nRUN «git clone https://example.org/team/tool.git» /tool\nFROM alpine\nCOPY --from=sources /tool /tool\n',
      messages: [/^git clone fetches the default branch, whatever it is on that day$/],
    },
    'with options': 'from debian\r\nrun «git clone --depth=1 --recursive https://example.org/a» && make -C a\r\n',
    'a branch by its name': {
      dockerfile: 'FROM debian\nRUN cd /src && «git clone -b main https://example.org/a.git»\n',
      messages: [/^git clone fetches the branch "main"/],
    },
    'another program that is asked for a version':
      'FROM debian\nRUN «git clone https://example.org/a» && npm install b@1.2.3\n',
    'a branch that is chosen afterwards':
      'FROM debian\nRUN «git clone git@example.org:a/b.git» && cd b && git checkout develop\n',
    'an address out of a variable': 'FROM debian\nARG URL\nRUN «git clone "$URL"» /a\n',
    'the exec form, and here-documents':
      'FROM debian\nRUN [«"git", "clone", "https://example.org/a"»]\nRUN <<EOF\n«git clone https://example.org/b»\nEOF\n',
    'pip and npm':
      'FROM python\nRUN pip install flask «git+https://github.com/team/tool.git»\nRUN pip install «"tool @ git+https://github.com/team/tool@main"»\nRUN npm install «git+https://example.org/a.git#master»\n',
  },
  leaves: {
    'a tag': 'FROM debian\nRUN git clone --depth 1 --branch v1.2.3 https://example.org/a\n',
    'a commit': 'FROM debian\nRUN git clone https://example.org/a && cd a && git checkout 0a1b2c3d\n',
    'a commit of a variable':
      'FROM debian\nARG COMMIT\nRUN git clone https://example.org/a /a && git -C /a reset --hard "$COMMIT"\n',
    'a revision': 'FROM debian\nRUN git clone --revision=0a1b2c3 https://example.org/a\n',
    'a branch out of a variable, or that may be a tag':
      'FROM debian\nARG VERSION\nRUN git clone -b "$VERSION" https://example.org/a && git clone -b release-7 https://example.org/b\n',
    'other commands of git':
      'FROM debian\nRUN git init && git config user.name a && git fetch --depth 1 https://example.org/a 0a1b2c3\n',
    'a clone of what is there': 'FROM debian\nRUN git clone ./a b && git clone file:///c d\n',
    'ADD, which asks the repository each time': 'FROM debian\nADD https://example.org/a.git /a\n',
    'packages with a tag':
      'FROM python\nRUN pip install "git+https://github.com/team/tool@v1.2" git+https://user@example.org/b.git@0a1b2c3\n',
    'stages that are not needed': 'FROM debian AS a\nRUN git clone https://example.org/a\nFROM alpine\n',
    text: 'FROM debian\nRUN echo git clone https://example.org/a\n',
  },
})
