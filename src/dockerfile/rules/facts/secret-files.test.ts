import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdsSecret, isSecretFile, mayHoldSecret } from './secret-files.ts'

test('isSecretFile: by the name', () => {
  for (const path of [
    'id_rsa',
    'a/.ssh/id_ed25519',
    '.env',
    'x/.env.production',
    '.aws/credentials',
    'home/.docker/config.json',
    'a.p12',
    'prod.tfvars',
    'etc/ssh/ssh_host_ed25519_key',
    'keys/my-service-account.json',
    'serviceAccount.json',
    'client_secret_123.apps.example.com.json',
    'server.keystore',
  ])
    assert.ok(isSecretFile(path), path)
  for (const path of [
    'id_rsa.pub',
    '.env.example',
    '.env.sample',
    'config.json',
    'env',
    '.environment',
    'credentials',
    'a.pem',
    '.npmrc',
    'x.env',
    'truststore.jks',
    'ssh_host_ed25519_key.pub',
    'service-accounts.ts',
  ])
    assert.ok(!isSecretFile(path), path)
})

test('mayHoldSecret and holdsSecret: by what is in it', () => {
  for (const path of ['.npmrc', 'a/.yarnrc.yml', 'tls.key', 'ca.pem']) assert.ok(mayHoldSecret(path), path)
  for (const path of ['npmrc', 'key', 'pem.txt']) assert.ok(!mayHoldSecret(path), path)
  for (const text of [
    '-----BEGIN PRIVATE KEY-----\n',
    'x\n-----BEGIN RSA PRIVATE KEY-----',
    '//npm.example.com/:_authToken=abc',
  ])
    assert.ok(holdsSecret(text), text)
  for (const text of [
    '-----BEGIN CERTIFICATE-----',
    '//npm.example.com/:_authToken=${NPM_TOKEN}',
    'registry=https://npm.example.com',
    '',
  ])
    assert.ok(!holdsSecret(text), text)
})
