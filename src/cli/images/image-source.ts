import type { ContentSource } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { parseReference, type Reference } from '../../image/reference.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import type { CommandContext } from '../context.ts'
import { findLocalImage } from '../../toolchain/local-image.ts'
import { openRegistryClient } from '../registry-access.ts'
import type { RegistryAccess } from '../registry-config.ts'

/** An image, and where it lies. */
export interface ImageSource extends AsyncDisposable {
  readonly source: ContentSource
  /** Undefined when it was named by its ID. */
  readonly reference: Reference | undefined
  readonly descriptor: Descriptor
}

const registryPrefix = 'docker://'

/** The name behind `docker://`, or undefined for a text that does not begin so. */
export function registryName(text: string): string | undefined {
  return text.startsWith(registryPrefix) ? text.slice(registryPrefix.length) : undefined
}

/** Finds an image in the store, or at a registry if its name begins with `docker://` or `options.remote` is set. */
export async function openImageSource(
  text: string,
  store: LayoutStore,
  options: RegistryAccess & { readonly remote: boolean },
  context: CommandContext,
): Promise<ImageSource> {
  const { job } = context
  const remoteName = registryName(text) ?? (options.remote ? text : undefined)
  if (remoteName === undefined) {
    return { source: store, ...(await findLocalImage(store, text, job)), [Symbol.asyncDispose]: async () => undefined }
  }
  const reference = parseReference(remoteName)
  const client = openRegistryClient(context, options)
  try {
    const source = client.repository(reference)
    const descriptor = await source.resolve(reference, job)
    return { source, reference, descriptor, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() }
  } catch (error) {
    await client[Symbol.asyncDispose]()
    throw error
  }
}
