import type { ContentSink, ContentSource } from '../image/content.ts'
import type { Job } from '../std/job.ts'
import { StepCache, type LayerRecord, type StepKey, type StepRecord } from './cache/step-cache.ts'
import type { CacheSource, KeyedRecord } from './cache-exchange.ts'

/** Whose caches are used beside one's own, and where their layers go. */
export interface CacheExchange {
  /** The first that has a step is asked. */
  readonly sources: readonly CacheSource[]
  readonly store: ContentSource & ContentSink
}

/** The cache of steps with those of others behind it. It also remembers which records a build used: what its own cache gives to others. */
export class ExchangedStepCache extends StepCache {
  readonly #exchange: CacheExchange
  readonly #job: Job
  readonly #used = new Map<StepKey, StepRecord>()

  constructor(directory: string, exchange: CacheExchange, job: Job) {
    super(directory)
    this.#exchange = exchange
    this.#job = job
  }

  /** The records that were found or put, for {@link exportCache}. */
  get used(): readonly KeyedRecord[] {
    return Array.from(this.#used, ([key, record]) => ({ key, record }))
  }

  override async find<Kind extends StepRecord['kind']>(
    key: StepKey,
    kind: Kind,
  ): Promise<Extract<StepRecord, { kind: Kind }> | undefined> {
    const own = await super.find(key, kind)
    const found = own !== undefined && (await this.#isThere(own)) ? own : await this.#findElsewhere(key, kind)
    if (found !== undefined) this.#used.set(key, found)
    return found ?? own
  }

  override async put(key: StepKey, record: StepRecord): Promise<void> {
    this.#used.set(key, record)
    await super.put(key, record)
  }

  async #findElsewhere<Kind extends StepRecord['kind']>(
    key: StepKey,
    kind: Kind,
  ): Promise<Extract<StepRecord, { kind: Kind }> | undefined> {
    for (const source of this.#exchange.sources) {
      const found = source.find(key, kind)
      if (found === undefined || !(await this.#fetch(source, found))) continue
      await super.put(key, found)
      return found
    }
    return undefined
  }

  async #isThere(record: StepRecord): Promise<boolean> {
    const layer = layerOf(record)
    return layer === null || (await this.#exchange.store.has(layer.descriptor, this.#job))
  }

  async #fetch(source: CacheSource, record: StepRecord): Promise<boolean> {
    return record.kind !== 'layer' || (await source.fetch(record, this.#exchange.store, this.#job))
  }
}

function layerOf(record: StepRecord): LayerRecord['layer'] {
  return record.kind === 'layer' ? record.layer : null
}
