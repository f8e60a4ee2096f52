import { cryptoModule } from '../std/node-modules.ts'
import { printable } from '../std/printable.ts'
import { askedBefore } from './compare-answers.ts'
import type { AskedProbe, ProbeRecord } from './probe.ts'
import { exitText } from './probing/app-failure.ts'
import { compareAsked } from './probing/compare-asked.ts'

/** An answer as a proof tells it. */
export interface ProvedAnswer {
  readonly title: string
  /** How often it was asked: by itself, again, and together with others. */
  readonly asked: number
  /** `status 200`, `exit status 0`, `no answer`. */
  readonly outcome: string
  readonly contentType?: string
  readonly bytes?: number
  readonly digest?: string
  /** Short text, whole. What may hold a secret is never told: neither headers nor what is longer. */
  readonly text?: string
  /** What was not compared, because it was different each time that the image before ran. */
  readonly masks?: readonly string[]
}

const textBytesMax = 256

/** What a slim image answered, for its proof: enough to see what was compared, and to compare again. */
export function proofAnswers(before: readonly ProbeRecord[], after: ProbeRecord): readonly ProvedAnswer[] {
  const known = askedBefore(before)
  const first = after.asked.filter(({ round }) => round === 'first')
  return first.map((asked) => {
    const answers = known.find(({ title, round }) => title === asked.title && round === 'first')?.answers ?? []
    const { masks } = compareAsked(answers, asked)
    return {
      title: asked.title,
      asked: after.asked.filter(({ title }) => title === asked.title).length,
      ...answerParts(asked),
      ...(masks.length === 0 ? {} : { masks }),
    }
  })
}

function answerParts({ answer }: AskedProbe): Omit<ProvedAnswer, 'title' | 'asked' | 'masks'> {
  if (answer.kind === 'none') return { outcome: `no answer: ${printable(answer.reason)}` }
  if (answer.kind === 'process') {
    const said = Buffer.concat([answer.stdout, answer.stderr])
    const digest = `sha256:${cryptoModule().createHash('sha256').update(said).digest('hex')}`
    return { outcome: exitText(answer.result), bytes: said.length, digest, ...textPart(said) }
  }
  const contentType = answer.headers.get('content-type')
  return {
    outcome: `status ${answer.status}`,
    ...(contentType === undefined ? {} : { contentType }),
    ...{ bytes: answer.bodyBytes, digest: answer.bodyDigest },
    ...(answer.body.length === answer.bodyBytes ? textPart(answer.body) : {}),
  }
}

function textPart(bytes: Uint8Array): { readonly text?: string } {
  if (bytes.length === 0 || bytes.length > textBytesMax || bytes.includes(0)) return {}
  const text = Buffer.from(bytes).toString()
  return text.includes('�') || secret.test(text) ? {} : { text }
}

const secret = /token|secret|password|passwd|api[-_]?key|authorization|bearer|private key/i
