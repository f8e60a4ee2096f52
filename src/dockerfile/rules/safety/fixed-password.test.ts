import { describeRule } from '../testing/describe-rule.ts'
import { fixedPassword } from './fixed-password.ts'

describeRule(fixedPassword, {
  catches: {
    'what chpasswd reads': {
      dockerfile:
        "FROM debian\nRUN useradd app && echo 'app:hunter2' | «chpasswd»\nRUN printf 'root:toor\\n' | sudo «chpasswd» -e\nRUN «chpasswd» <<< \"root:x\"\nRUN «chpasswd» <<EOF\nroot:secret\nEOF\n",
      messages: [/^the password of "app" stands in the Dockerfile$/, /^the password of "root"/],
    },
    'useradd and usermod': {
      dockerfile:
        'FROM debian\nRUN useradd -m «-p» secret app && usermod «--password»=x1y2z3 root && useradd «-p» "$(openssl passwd -6 hunter2)" b && useradd -m «-p» \'\' c',
      messages: [/^the password of "app"/, /./, /./, /^"c" needs no password$/],
    },
    passwd: {
      dockerfile:
        'FROM debian\nRUN passwd «-d» root && echo secret | «passwd» --stdin app && echo "a\\na" | «passwd» app',
      messages: [/^"root" needs no password$/],
    },
    'stages that the image begins with': 'FROM debian AS a\nRUN echo root:root | «chpasswd»\nFROM a\n',
  },
  leaves: {
    'users without a password':
      "FROM debian\nRUN useradd -m app && adduser --disabled-password --gecos '' b && useradd -p '*' c && usermod -p '!' d && passwd -l root && adduser -D e",
    'values that are not known':
      'FROM debian\nRUN echo "root:$PASSWORD" | chpasswd && useradd -p "$P" a && useradd -p $(openssl passwd -6 "$P") b && echo "$P" | passwd --stdin c\nRUN --mount=type=secret,id=p chpasswd < /run/secrets/p && chpasswd <<EOF\nroot:$P\nEOF\n',
    'stages that are thrown away': 'FROM debian AS a\nRUN echo root:root | chpasswd\nFROM debian\nCOPY --from=a /a /a',
    'other text': 'FROM debian\nRUN echo root:root && echo "a:b" | tee /c && cat /d | chpasswd && useradd -G a:b -p',
    'passwords that the container sets': 'FROM debian\nCMD echo root:root | chpasswd',
  },
})
