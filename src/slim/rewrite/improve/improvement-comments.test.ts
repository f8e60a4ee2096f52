import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commentImprovements } from './improvement-comments.ts'

const each = { isSaidOnce: false }

describe('what was improved', () => {
  test('is said above each instruction that was changed, in one line for all that was done to it', () => {
    const before = 'FROM go\nRUN go mod download\nRUN go build .\nCMD ["./app"]\n'
    const smaller = before.replace('go build', 'CGO_ENABLED=0 go build')
    const faster = smaller.replaceAll('RUN ', 'RUN --mount=type=cache,target=/go ')
    const said = commentImprovements(before, [
      { text: smaller, comment: 'without cgo', ...each },
      { text: faster, comment: 'with a cache', ...each },
    ])
    assert.equal(
      said,
      [
        'FROM go',
        '# With a cache',
        'RUN --mount=type=cache,target=/go go mod download',
        '# Without cgo; with a cache',
        'RUN --mount=type=cache,target=/go CGO_ENABLED=0 go build .',
        'CMD ["./app"]',
        '',
      ].join('\n'),
    )
  })

  test('is not said of what only moved, and goes with it when it was said before', () => {
    const before = 'FROM node\nCOPY . .\nRUN npm ci\nRUN npm run build\n'
    const smaller = before.replace('COPY .', 'COPY --exclude=docs .')
    const moved = 'FROM node\nCOPY package.json ./\nRUN npm ci\nCOPY --exclude=docs . .\nRUN npm run build\n'
    const said = commentImprovements(before, [
      { text: smaller, comment: 'without documents', ...each },
      { text: moved, comment: 'dependencies first', isSaidOnce: true },
    ])
    assert.equal(
      said,
      'FROM node\n# Dependencies first\nCOPY package.json ./\nRUN npm ci\n# Without documents\nCOPY --exclude=docs . .\nRUN npm run build\n',
    )
  })

  test('stands below comments of the user, but not between a linter and what it is told to pass over', () => {
    const before = 'FROM a\r\n# install\r\nRUN x\r\n# hadolint ignore=DL3008\r\nRUN y\r\n'
    const text = before.replaceAll('RUN ', 'RUN --network=none ')
    assert.equal(
      commentImprovements(before, [{ text, comment: 'alone', ...each }]),
      'FROM a\r\n# install\r\n# Alone\r\nRUN --network=none x\r\n# Alone\r\n# hadolint ignore=DL3008\r\nRUN --network=none y\r\n',
    )
  })

  test('is nothing where nothing was improved', () => {
    assert.equal(commentImprovements('FROM a\nRUN x', []), 'FROM a\nRUN x')
  })
})
