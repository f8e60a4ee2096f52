import { cardHtml } from '../../compare/card-html.ts'
import type { Card } from '../../compare/card.ts'
import type { Job } from '../../std/job.ts'
import { compareFound } from '../../toolchain/compare-images.ts'
import type { Slimmed } from '../../toolchain/slim-opened.ts'
import { fatesOf } from '../compare/read-baseline.ts'

/** The card of a slimming as an HTML page, with layers, differences, and why each file stays or goes. @param layersFolder of layer indexes */
export async function cardPage(slimmed: Slimmed, card: Card, layersFolder: string, job: Job): Promise<string> {
  const { before, after, ledger } = slimmed.result
  const compared = await compareFound(
    { image: before },
    { image: after },
    { present: [], differences: true, layers: true },
    layersFolder,
    job,
  )
  return cardHtml({
    card: { ...card, differences: compared.differences },
    layers: compared.layers,
    fates: fatesOf(ledger),
  })
}
