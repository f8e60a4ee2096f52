import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lintDockerfile } from '../../dockerfile/lint.ts'
import { colourStyle, plainStyle } from '../../std/style.ts'
import { stripStyle } from '../../std/text-width.ts'
import { reportOf } from './report.ts'
import { textReport } from './text-report.ts'

const text = 'FROM node:latest\nRUN apt-get update && apt-get install -y curl\nCMD npm start\n'
const reports = [reportOf('some/folder/Dockerfile', text, lintDockerfile(text).findings, 'warning')]

describe('findings for people', () => {
  test('are broken between words where a terminal is narrow', () => {
    const lines = textReport(reports, plainStyle, 60).split('\n')
    assert.deepEqual(
      lines.filter((line) => line.length > 60),
      [],
    )
    assert.ok(lines.some((line) => /^ {2}\S/.test(line)))
  })

  test('say the same, broken or not, with colours or without', () => {
    const whole = textReport(reports, plainStyle)
    assert.equal(textReport(reports, plainStyle, 50).replaceAll(/\n {2}(?! *\|)(?=\S)/g, ' '), whole)
    assert.equal(stripStyle(textReport(reports, colourStyle)), whole)
  })
})
