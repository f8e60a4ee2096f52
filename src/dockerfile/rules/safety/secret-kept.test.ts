import { describeRule } from '../testing/describe-rule.ts'
import { secretKept } from './secret-kept.ts'

describeRule(secretKept, {
  catches: {
    'secret mounts that are copied': {
      dockerfile:
        'FROM node\nRUN --mount=type=secret,id=npmrc «cp /run/secrets/npmrc /root/.npmrc» && npm ci\nRUN --mount=type=secret,id=key,target=/k «cat /k > /root/key»\nRUN --mount=type=secret,id=key «base64 -d < /run/secrets/key > key.bin»\n',
      messages: [/^a secret mount is copied to a file, and stays in the layer$/],
    },
    'credentials in settings': {
      dockerfile:
        'FROM node\nARG T\nRUN «git config --global url."https://${U}:${T}@example.com/".insteadOf "https://example.com/"»\nRUN «git clone https://$T@github.com/a/b /src»\nRUN «npm config set //npm.example.com/:_authToken $T» && npm ci\nRUN dotnet restore && «dotnet nuget update source x -u ci -p ${T} --store-password-in-clear-text»\n',
      messages: [/^git writes a credential to its settings, and stays in the layer$/],
    },
    'lines of files':
      'FROM node\r\nARG T\r\nRUN echo «"//npm.example.com/:_authToken=$T"» > .npmrc && \\\r\n    npm ci\r\nRUN printf «"machine example.com login ci password $T"» | tee ~/.netrc\r\nRUN cat > /root/.netrc <<EOF\r\nmachine example.com login ci «password $»T\r\nEOF\r\n',
    'keys in variables':
      'FROM node\nARG SSH_PRIVATE_KEY KEY\nRUN echo «"$SSH_PRIVATE_KEY"» > ~/.ssh/id_rsa && ls\nRUN echo «${KEY}» | base64 -d > /k\n',
    'builders, as information': {
      dockerfile:
        'FROM node AS a\nRUN --mount=type=secret,id=x «cp /run/secrets/x /x»\nFROM node\nCOPY --from=a /y /y\n',
      messages: [/^a secret mount/],
    },
  },
  leaves: {
    'what is gone at the end of the RUN':
      'FROM node\nARG T\nRUN --mount=type=secret,id=x cp /run/secrets/x /root/.npmrc && npm ci && rm /root/.npmrc\nRUN echo "//npm.example.com/:_authToken=$T" > ~/.npmrc && npm ci && rm -f ~/.npmrc\nRUN git config --global url."https://$T@example.com/".insteadOf "https://example.com/" && go mod download && git config --global --unset-all url.x\nRUN git clone https://$T@github.com/a/b && rm -rf b/.git\nRUN npm config set //npm.example.com/:_authToken $T && npm ci && npm config delete //npm.example.com/:_authToken',
    'what is mounted':
      'FROM node\nRUN --mount=type=tmpfs,target=/keys --mount=type=secret,id=x cp /run/secrets/x /keys/x && use /keys/x\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\nRUN --mount=type=secret,id=t,env=T curl -H "Authorization: $T" https://example.com > /out',
    'variables that stay variables':
      "FROM node\nRUN echo '//npm.example.com/:_authToken=${NPM_TOKEN}' > .npmrc\nCOPY <<'EOF' .npmrc\n//npm.example.com/:_authToken=${NPM_TOKEN}\nEOF\n",
    'secrets that are only read':
      'FROM node\nRUN --mount=type=secret,id=x T=$(cat /run/secrets/x) npm ci && cat /run/secrets/x | docker login --password-stdin && cat /run/secrets/x > /dev/null',
    'variables of other names':
      'FROM node\nARG VERSION\nRUN echo $VERSION > /version && echo "$PUBLIC_KEY" > /k && echo "$SSH_KEY" | ssh-add -',
    'other settings':
      'FROM node\nARG V\nRUN git config --global user.email "$V@example.com" && npm config set cache $V && git clone https://github.com/$V/a && echo "password" > /x && yarn config set httpTimeout $V && pip config set global.timeout $V',
  },
})
