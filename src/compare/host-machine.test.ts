import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { againstBaseline } from './baseline.ts'
import { cardJson, otherMachine, readCard, type Card } from './card.ts'
import { cardHtml } from './card-html.ts'
import { cardMarkdown } from './card-markdown.ts'
import { hostMachine, type HostMachine } from './host-machine.ts'
import { sampleCard } from './testing/sample-card.ts'

const host: HostMachine = { processor: 'A Processor', processors: 2, memoryBytes: 16e9, kernel: '6.12.1' }
const small = { asked: 'small', simulated: [], missing: [] }

/** The sample as it comes out here, with what an earlier card of it said in place of before. */
function against(earlier: Omit<Card, 'before' | 'after' | 'measures'>, here: Partial<Card> = { host }): Card {
  return {
    ...{ ...sampleCard, ...here },
    measures: againstBaseline(sampleCard.measures, { ...sampleCard, ...earlier }),
    earlier: { host: earlier.host, machine: earlier.machine },
  }
}

describe('an earlier card', () => {
  test('of the same machine is compared without a word', () => {
    assert.equal(otherMachine(against({ host })), undefined)
    assert.equal(otherMachine(against({ host: { ...host, memoryBytes: 16.1e9 } })), undefined)
    assert.equal(otherMachine(against({ host, machine: small }, { host, machine: small })), undefined)
  })

  test('of another machine is told apart by what is different', () => {
    const other = { processor: 'Another', processors: 4, memoryBytes: 32e9, kernel: '6.1.0' }
    assert.equal(
      otherMachine(against({ host: other })),
      'The earlier card was measured on another machine (Another, here A Processor; 4 processors, here 2 processors; ' +
        '32GB of memory, here 16GB; Linux 6.1.0, here 6.12.1): its times say nothing about the image, sizes and numbers do.',
    )
    assert.match(otherMachine(against({ host, machine: small })) ?? '', /\(as small, here as itself\)/)
  })

  test('that does not tell its machine is not trusted with times', () => {
    assert.match(otherMachine(against({})) ?? '', /does not tell which machine/)
  })

  test('is compared on any machine where no times are', () => {
    const card = against({})
    assert.equal(
      otherMachine({ ...card, measures: card.measures.filter(({ unit }) => unit !== 'milliseconds') }),
      undefined,
    )
  })

  test('of another machine is told so in every form', () => {
    const card = against({ host: { ...host, processor: 'Another' } })
    const says = /Another, here A Processor/
    assert.match(cardMarkdown(card), /^⚠ The earlier card was measured on another machine/m)
    assert.match(cardHtml({ card, layers: undefined, fates: undefined }), says)
    const json = cardJson(card, '1.2.3')
    assert.match(json.baseline?.otherMachine ?? '', says)
    assert.deepEqual(json.host, host)
  })
})

test('a card keeps the machine that measured it', () => {
  const here = hostMachine()
  assert.ok(here.processors >= 1 && here.memoryBytes > 0 && here.kernel !== '')
  const card = { ...sampleCard, host: here }
  assert.deepEqual(readCard(Buffer.from(JSON.stringify(cardJson(card, '1.2.3'))), 'the card'), card)
})
