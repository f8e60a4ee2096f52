import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { endedEarly, missingVariable } from './app-failure.ts'

describe('an app that says that a variable is missing', () => {
  test('is understood in the words of many languages', () => {
    for (const [said, name] of [
      ["KeyError: 'DATABASE_URL'", 'DATABASE_URL'],
      ['Error: DATABASE_URL is not set', 'DATABASE_URL'],
      ['2026/11/29 12:00:00 SESSION_SECRET must be set', 'SESSION_SECRET'],
      ['Error: Environment variable not found: DATABASE_URL.', 'DATABASE_URL'],
      ['Error: Missing required environment variable: API_KEY', 'API_KEY'],
      ['django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable', 'SECRET_KEY'],
      ['panic: environment variable JWT_SECRET not set', 'JWT_SECRET'],
      [`config.rb:1:in \`fetch': key not found: "RAILS_MASTER_KEY" (KeyError)`, 'RAILS_MASTER_KEY'],
      ['./entrypoint.sh: line 3: POSTGRES_HOST: parameter null or not set', 'POSTGRES_HOST'],
      ["thread 'main' panicked: PORT_HTTP must be set: NotPresent", 'PORT_HTTP'],
      ['The SECRET_KEY setting must not be empty.', 'SECRET_KEY'],
    ] as const) {
      assert.equal(missingVariable(said), name, said)
    }
  })

  test('is not seen in other failures', () => {
    for (const said of [
      "KeyError: 'name'",
      'ERROR: module not found',
      'Error: Cannot find module express',
      'SyntaxError: JSON is required here',
      'INFO: the configuration file is missing',
      'FATAL: password authentication failed',
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'express' imported from /app/server.js: is it not found",
      'npm ERR! code SELF_SIGNED_CERT_IN_CHAIN',
    ]) {
      assert.equal(missingVariable(said), undefined, said)
    }
  })

  test('is told how to give it', () => {
    const output = { stdout: Buffer.from(''), stderr: Buffer.from("KeyError: 'DATABASE_URL'\n"), isCut: false }
    const { hint } = endedEarly({ kind: 'exited', status: 1 }, output)
    assert.match(hint ?? '', /--env DATABASE_URL=VALUE/)
  })
})
