import { copyContent, type CopyOptions } from '../../image/copy.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Reference } from '../../image/reference.ts'
import type { RegistryClient } from '../../registry-client/client.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import { saveLayout } from '../../store/save-layout.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { openLocalStore } from '../local-store.ts'
import { fileMountMemory, type MountMemory } from '../mount-memory.ts'
import { openRegistryClient } from '../registry-access.ts'
import type { RegistryAccess } from '../registry-config.ts'
import { taggedReference } from '../../toolchain/tagged-reference.ts'
import { nameInFile } from './destination-name.ts'
import { findPlaced, type PlacedImage } from '../../toolchain/placed-image.ts'
import { narrowSource } from './narrowed-source.ts'
import type { PlaceName } from '../../toolchain/place-name.ts'
import { saveArchiveFile } from './save-archive-file.ts'

export interface SendOptions {
  readonly platforms: CopyOptions['platforms']
  readonly referrers: boolean
}

type FilePlace = Extract<PlaceName, { readonly path: string }>

/** Opens what `copy` names. What it has opened is closed when it is disposed of. */
export class Places implements AsyncDisposable {
  readonly #context: CommandContext
  readonly #access: RegistryAccess
  readonly #memory: MountMemory
  readonly #opened = new AsyncDisposableStack()
  #client: RegistryClient | undefined
  #store: LayoutStore | undefined

  constructor(context: CommandContext, access: RegistryAccess) {
    this.#context = context
    this.#access = access
    this.#memory = fileMountMemory(context.environment)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }

  /** Finds an image. @throws ImageError `not-found` and whatever the place throws. */
  async find(place: PlaceName): Promise<PlacedImage> {
    const { environment, job } = this.#context
    const places = {
      store: () => this.#openStore(),
      registries: async () => this.#registries(),
      ...{ environment, opened: this.#opened },
    }
    return await findPlaced(place, places, job)
  }

  /** Brings an image to a place. @returns what the place has now. */
  async send(image: PlacedImage, place: PlaceName, options: SendOptions): Promise<Descriptor> {
    switch (place.kind) {
      case 'registry': {
        const sink = this.#registries().repository(place.reference, 'push')
        const descriptor = await copyContent(
          image.source,
          sink,
          image.descriptor,
          copyOptions(image, place.reference, options),
          this.#context.job,
        )
        await this.#memory.save()
        return descriptor
      }
      case 'store': {
        const store = await this.#openStore()
        const reference = taggedReference(place.name)
        return await copyContent(
          image.source,
          store,
          image.descriptor,
          copyOptions(image, reference, options),
          this.#context.job,
        )
      }
      case 'oci':
      case 'oci-archive':
      case 'docker-archive':
        return await this.#sendToFile(image, place, options)
    }
  }

  async #sendToFile(image: PlacedImage, place: FilePlace, options: SendOptions): Promise<Descriptor> {
    const { job } = this.#context
    if (options.referrers) return wrongUsage('--referrers needs a registry or the store as destination')
    const { source, descriptor } = await narrowSource(image.source, image.descriptor, options.platforms, job)
    const name = nameInFile(place) ?? image.reference
    const saved = [{ descriptor, names: name === undefined ? [] : [name] }]
    if (place.kind === 'oci') await saveLayout(place.path, source, saved, job)
    else await saveArchiveFile(place.path, source, saved, { format: place.kind, platforms: options.platforms }, job)
    return descriptor
  }

  #registries(): RegistryClient {
    return (this.#client ??= this.#opened.use(openRegistryClient(this.#context, this.#access, this.#memory)))
  }

  async #openStore(): Promise<LayoutStore> {
    return (this.#store ??= this.#opened.use(await openLocalStore(this.#context)))
  }
}

function copyOptions(image: PlacedImage, name: Reference, options: SendOptions): CopyOptions {
  const { platforms, referrers } = options
  return { platforms, names: [name], ...(referrers ? { referrers: image.source } : {}) }
}
