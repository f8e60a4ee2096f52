import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeClassFile, makeModuleFile } from '../../../test/support/made-class.ts'
import { readClassMentions } from './class-file.ts'

test('classes are found that a class uses, that types are of, and that strings spell', () => {
  const mentions = readClassMentions(
    makeClassFile({
      classes: ['example/App', '[Ljava/awt/Color;'],
      texts: ['(Ljava/sql/Driver;I)V', 'Ljava/util/Map<Ljava/rmi/Remote;TT;>;', 'a / b', 'text'],
      strings: ['javax.naming.InitialContext', 'Hello, World.', 'http://java.example/x'],
    }),
  )
  const classes = ['example/App', 'java/awt/Color', 'java/sql/Driver', 'java/util/Map', 'java/rmi/Remote']
  assert.deepEqual([...(mentions?.classes ?? [])], classes)
  assert.deepEqual([...(mentions?.spelled ?? [])], ['javax/naming/InitialContext'])
})

test('a module tells what it requires to run', () => {
  const requires = [
    { name: 'java.base', isStatic: false },
    { name: 'java.sql', isStatic: false },
    { name: 'java.compiler', isStatic: true },
  ]
  assert.deepEqual(readClassMentions(makeModuleFile(requires))?.modules, ['java.base', 'java.sql'])
})

test('what is no class file, or half of one, mentions nothing', () => {
  const whole = makeClassFile({ classes: ['a/B'], texts: [], strings: [] })
  for (const bytes of [Buffer.alloc(0), Buffer.from('#!/bin/sh\n'), whole.subarray(0, 12)])
    assert.equal(readClassMentions(bytes), undefined)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readClassMentions(Buffer.concat([whole.subarray(0, 8), bytes]))
    }),
  )
})
