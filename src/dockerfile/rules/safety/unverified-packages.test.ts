import { describeRule } from '../testing/describe-rule.ts'
import { unverifiedPackages } from './unverified-packages.ts'

describeRule(unverifiedPackages, {
  catches: {
    'options of package managers': {
      dockerfile:
        'FROM debian\nRUN apt-get install -y «--allow-unauthenticated» x && apt-get -y «--force-yes» install y && apt-get -o «Acquire::AllowInsecureRepositories=true» update\nRUN apk add «--allow-untrusted» --repository https://example.com x\nRUN dnf install -y «--nogpgcheck» x; yum «--setopt=gpgcheck=0» install y && zypper «--no-gpg-checks» install z && rpm -i «--nosignature» a.rpm\n',
      messages: [/^--allow-unauthenticated of apt-get lets packages in that nobody signed$/],
    },
    'lists of sources':
      'FROM debian\nRUN echo «"deb [trusted=yes] https://example.com ./"» > /etc/apt/sources.list.d/a.list\nRUN echo «"deb [ arch=amd64 trusted=yes ] https://example.com ./"» | tee /etc/apt/sources.list.d/a.list\nRUN cat > /etc/yum.repos.d/a.repo <<EOF\n[a]\n«gpgcheck=0»\nEOF\nCOPY <<EOF /etc/apt/sources.list.d/a.sources\nTypes: deb\n«Trusted: yes»\nEOF\n',
    settings:
      'FROM debian\nRUN echo «\'APT::Get::AllowUnauthenticated "true";\'» > /etc/apt/apt.conf.d/99x\nRUN echo «SigLevel = Never» >> /etc/pacman.conf',
    "Go's checksums, for all modules": {
      dockerfile: 'FROM golang\nENV A=1 \\\n    «GOSUMDB=off»\n',
      messages: [/^GOSUMDB turns a check off for all modules/],
    },
  },
  leaves: {
    'signatures that are checked':
      'FROM debian\nRUN apt-get install -y x && apk add x && dnf install -y x\nRUN echo "deb [signed-by=/etc/apt/keyrings/a.gpg] https://example.com stable main" > /etc/apt/sources.list.d/a.list\nRUN printf "[a]\\ngpgcheck=1\\n" > /etc/yum.repos.d/a.repo',
    'a package file of Alpine, which was fetched and compared before':
      'FROM alpine\nRUN apk add --allow-untrusted glibc-2.35.apk',
    'the same words elsewhere':
      'FROM debian\nRUN echo "[trusted=yes]" && grep gpgcheck=0 a && tool --nogpgcheck && echo "gpgcheck=0" > notes.txt',
    'private modules only': 'FROM golang\nENV GOPRIVATE=example.com/* GONOSUMDB=example.com/* GOSUMDB=sum.golang.org',
    'stages that nobody needs': 'FROM debian AS a\nRUN apt-get install --force-yes x\nFROM debian',
  },
})
