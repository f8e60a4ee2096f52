import { describeRule } from '../testing/describe-rule.ts'
import { literalSecret } from './literal-secret.ts'

// Put together here, so that nothing in this file has the form of a credential.
const letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG'
const github = `ghp_${letters}AbCd`
const gitlab = `glpat-${letters.slice(0, 20)}`
const aws = ['AKIA', 'QWERTYUIOP234567'].join('')
const privateKey = ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ')

describeRule(literalSecret, {
  catches: {
    'tokens of well-known forms, wherever they are': {
      dockerfile: `# «${github}»\nFROM debian\nLABEL a=«${gitlab}»\nENV CI_A=«${aws}»\nRUN git clone https://«${github}»@github.com/a/b && echo x\nRUN <<EOF\necho «${aws}»\nEOF\nCOPY <<EOF /k\n«${privateKey}»\nEOF\nCMD ["x", "--a=«${github}»"]\n`,
      messages: [/^a token of GitHub stands in the file$/, /^a token of GitLab/, /^an access key of AWS/],
    },
    'addresses with a password':
      'FROM debian\nARG DB=postgres://app:«hunter2Zx»@db.example.com/app\nENV URL="https://u:«s3cr3tPw»@example.com/x" OTHER=1\nADD https://u:«s3cr3tPw»@example.com/a /a\nRUN pip install --index-url «https://ci:s3cr3tPw@pypi.example.com/simple» x && git clone «"https://oauth2:abcDEF123456@gitlab.example.com/a"»\n',
    options: {
      dockerfile:
        "FROM debian\nRUN curl -u «deploy:s3cr3tPw» https://example.com/a -o a && curl -H «'Authorization: Bearer abc.def.ghi12'» https://example.com\nRUN docker login -u ci -p «s3cr3tPw» example.com && mysql «-ps3cr3tPw» -u root && tool «--api-key=abcdef123456» && wget --password «s3cr3tPw» https://example.com && sshpass -p «s3cr3tPw» ssh a\n",
      messages: [/^a password for curl stands in the file$/],
    },
    'the password of a server':
      'FROM redis:8\nENTRYPOINT ["/e.sh"]\nCMD redis-server /r.conf --requirepass «hunter2Zx»\n',
    'variables of commands':
      'FROM debian\nRUN «AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI» aws s3 cp s3://a/b . && export «GITHUB_TOKEN=abcdef123456» && «PGPASSWORD=s3cr3tPw» psql\n',
    'what is written to files':
      'FROM debian\nRUN echo «"machine example.com login ci password s3cr3tPw"» > ~/.netrc && echo «//npm.example.com/:_authToken=abcdef123456» >> .npmrc && npm config set //npm.example.com/:_authToken «abcdef123456»\nCOPY <<EOF /root/.aws/credentials\n[default]\naws_secret_access_key = «abcdef123456»\nEOF\n',
    'the secret once, and never in the message': {
      dockerfile: `FROM debian\r\nrun curl -H "Authorization: token «${github}»" https://example.com\r\n`,
      messages: [/^a token of GitHub stands in the file$/],
    },
  },
  leaves: {
    variables:
      'FROM debian\nARG U P TOKEN\nRUN curl -u "$U:$P" https://$U:$P@example.com && git clone https://${TOKEN}@github.com/a/b && curl -H "Authorization: Bearer $TOKEN" https://x && export GITHUB_TOKEN=$(cat /run/secrets/t) NPM_TOKEN="${TOKEN}"\nRUN echo "//npm.example.com/:_authToken=${TOKEN}" > .npmrc',
    'what only shows where one would stand':
      'FROM debian\nENV DATABASE_URL=postgres://user:password@db/app DEV=postgres://postgres:postgres@localhost/a\nRUN DATABASE_URL=postgresql://a:b123456@localhost:5432/x npx prisma generate && SECRET_KEY_BASE=dummy-for-assets SECRET_KEY=abcdef123456 ./manage.py collectstatic && DB_PASSWORD=changeme ls && curl -u user:password https://x && tool --password=xxxxxxxx --token=true\n' +
      `LABEL a=ghp_${'x'.repeat(36)} b=AKIAIOSFODNN7EXAMPLE`,
    "names that BuildKit's check knows": `FROM debian\nARG GITHUB_TOKEN=${github}\nENV API_KEY=${gitlab} A=1`,
    'options that look alike':
      'FROM debian\nRUN docker run -p 8080:80 a && mkdir -p secretfolder && apt-key adv --keyserver hkp://keyserver.ubuntu.com:80 && docker login --password-stdin && mysql -p && useradd -p hunter2xyz a && curl -u deploy https://x && ssh git@github.com && git clone ssh://git@example.com:22/a && scp a b@c:d/e && curl https://example.com:8080/@scope/name --token-file=/abc/defgh && cp a@b c:d',
    'digests, long names and other texts': `FROM debian@sha256:${'0123456789abcdef'.repeat(4)}\nLABEL a=sk-learn-${letters} b=npm_config_registry\nRUN npm i @scope/name@1.2.3 && echo "Authorization: none"`,
    'public keys': 'FROM debian\nCOPY <<EOF /k\n-----BEGIN PUBLIC KEY-----\n-----BEGIN CERTIFICATE-----\nEOF\n',
  },
})
