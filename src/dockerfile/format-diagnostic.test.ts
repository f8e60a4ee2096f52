import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDiagnostic } from './format-diagnostic.ts'
import { parseDockerfile } from './parse.ts'

function formatFirst(text: string): string {
  const [first] = parseDockerfile(text).diagnostics
  assert.ok(first)
  return formatDiagnostic(text, 'Dockerfile', first)
}

test('a diagnostic names the place, shows the line, and says what to do', () => {
  assert.equal(
    formatFirst('FROM a\nCOPY --form=b c d\n'),
    [
      'Dockerfile:2:6: error: COPY has no flag "--form" (unknown-flag)',
      '2 | COPY --form=b c d',
      '  |      ^^^^^^^^',
      'hint: Did you mean --from?',
    ].join('\n'),
  )
})

test('other places that belong to it are shown as well', () => {
  assert.equal(
    formatFirst('# escape=`\n# escape=\\\nFROM a\n'),
    [
      'Dockerfile:2:1: error: the directive escape stands twice (duplicate-directive)',
      '2 | # escape=\\',
      '  | ^^^^^^^^^^',
      'Dockerfile:1:1: the first one',
      '1 | # escape=`',
      '  | ^^^^^^^^^^',
    ].join('\n'),
  )
})

test('what a terminal would obey is escaped everywhere', () => {
  const text = 'FROM a\n\x1b[2JRUN b\n'
  // oxlint-disable-next-line no-control-regex -- that there is none is what is tested
  assert.doesNotMatch(formatFirst(text), /[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  assert.match(formatDiagnostic('', 'a\x1bb', parseDockerfile('').diagnostics[0] ?? assert.fail()), /^a\\x1bb:1:1: /)
})
