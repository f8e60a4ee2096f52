import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { appSandbox, makeAppBase } from '../support/app-bases.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { skipUnlessRoot } from '../support/engines.ts'

const skip = skipUnlessRoot('crun') || (await whyNoMirror())

/** Counts its starts in Redis, and tells the count, so whatever is left of an earlier run is seen. */
const app = String.raw`
use strict; use warnings; use IO::Socket::INET;
my $cache = IO::Socket::INET->new(PeerAddr => $ENV{CACHE}) or die "connect to $ENV{CACHE}: Connection refused\n";
print $cache "INCR starts\r\n";
my $starts = <$cache>;
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 20, ReuseAddr => 1) or die "listen: $!";
while (my $client = $server->accept) {
  while (my $line = <$client>) { last if $line =~ /^\r?\n$/ }
  print $cache "PING\r\n";
  my $body = "starts $starts" . <$cache>;
  my $length = length $body;
  print $client "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: $length\r\n\r\n$body";
  close $client;
}
`

const files = {
  Dockerfile: 'FROM localhost/debian:1\nWORKDIR /app\nCOPY app.pl .\nEXPOSE 8080\nCMD perl app.pl\n',
  'app.pl': app,
  'cache/Dockerfile': [
    'FROM localhost/debian:1',
    'RUN apt-get update && apt-get install -y --no-install-recommends redis-server',
    'EXPOSE 6379',
    '',
  ].join('\n'),
  'compose.yaml': [
    'services:',
    '  app: {build: ., environment: {CACHE: "cache:6379"}, depends_on: [cache]}',
    '  cache:',
    '    build: cache',
    '    command: redis-server --protected-mode no --save ""',
    '    healthcheck: {test: [CMD, redis-cli, ping]}',
    '',
  ].join('\n'),
}

test('an app that needs Redis is slimmed with Redis beside it', { skip, timeout: 1_200_000 }, async () => {
  const { sandbox, store } = await appSandbox()
  await using _ = sandbox
  await makeAppBase(sandbox, store, 'debian')
  const context = join(sandbox.path, 'context')
  mkdirSync(join(context, 'cache'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(context, name), text)
  const proof = join(sandbox.path, 'proof.json')
  const words = ['--build-network', 'host', '--ca-certificates', 'host', '--measure', 'none', '--proof', proof]
  const beside = ['--probe-with', join(context, 'compose.yaml')]
  const { status, stdout, stderr } = await sandbox.run('--store', store, 'slim', ...words, ...beside, context)
  assert.equal(status, 0, `${stdout}\n${stderr.slice(-4000)}`)
  assert.match(readFileSync(proof, 'utf8'), /starts :1\W.*PONG/)
  assert.doesNotMatch(readFileSync(join(context, 'Dockerfile.slim'), 'utf8'), /redis/)
})
