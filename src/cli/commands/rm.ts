import { ImageError } from '../../image/errors.ts'
import { formatReference, parseReference, type Reference } from '../../image/reference.ts'
import { RegistryError } from '../../registry-client/errors.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import { defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { registryName } from '../images/image-source.ts'
import { findLocalImage } from '../../toolchain/local-image.ts'
import { openLocalStore } from '../local-store.ts'
import { openRegistryClient } from '../registry-access.ts'
import type { RegistryAccess } from '../registry-config.ts'
import { registryOptions } from '../shared-options.ts'

export const definition = defineCommand(
  {
    arguments: {
      references: {
        kind: 'many',
        name: 'REF',
        completes: 'reference',
        summary: 'Names or IDs of images; see --remote',
      },
    },
    options: {
      force: { kind: 'flag', short: 'f', summary: 'Remove an ID with all its names; pass over what is not there' },
      remote: { kind: 'flag', summary: 'Delete at the registry, as for names that begin with docker://' },
      ...registryOptions,
    },
    notes: [
      'Removes names from the local store. What no name leads to then takes space until wherry prune frees it.',
      'At a registry, a name with a digest is deleted with all its tags, and a name with a tag loses the tag alone; not ' +
        'every registry can do both.',
    ],
    examples: [
      { line: 'wherry rm app:1 app:2', summary: 'Remove two names' },
      { line: 'wherry rm --force 3f2a9b10c4d5', summary: 'Remove an image with all its names' },
      { line: 'wherry rm --remote registry.example.com/app:1', summary: 'Delete a tag at a registry' },
    ],
  },
  async (context, { references }, options) => {
    const remote = references.filter((text) => options.remote || registryName(text) !== undefined)
    const local = references.filter((text) => !remote.includes(text))
    if (local.length > 0) await removeLocally(local, options.force, context)
    if (remote.length > 0)
      await deleteRemotely(
        remote.map((text) => registryName(text) ?? text),
        options,
        context,
      )
    return 0
  },
)

async function removeLocally(texts: readonly string[], force: boolean, context: CommandContext): Promise<void> {
  const { job, output } = context
  await using store = await openLocalStore(context)
  for (const text of texts) {
    const removed = await skippingMissing(force, () => removeImage(store, text, force, context))
    for (const name of removed ?? []) await output.write(`${name}\n`)
  }
  job.emit({ type: 'notice', level: 'info', message: 'wherry prune frees the space of what no name leads to' })
}

/** @returns the names that went, or the digest of what had none. */
async function removeImage(
  store: LayoutStore,
  text: string,
  force: boolean,
  { job }: CommandContext,
): Promise<readonly string[]> {
  const { reference, descriptor } = await findLocalImage(store, text, job)
  const named = (await store.references()).filter((image) => image.descriptor.digest === descriptor.digest)
  if (reference === undefined && named.length > 1 && !force) {
    const names = named.map((image) => image.name ?? 'one without a name').join(', ')
    throw new CliError('answer-is-no', `${text} has ${named.length} names: ${names}`, {
      hint: 'Remove them one by one, or all with --force.',
    })
  }
  const whole: Reference = { registry: 'localhost', repository: 'image', tag: undefined, digest: descriptor.digest }
  const removed = await store.remove(reference ?? whole, job)
  return removed.map((image) =>
    image.reference === undefined ? (image.name ?? image.descriptor.digest) : formatReference(image.reference),
  )
}

async function deleteRemotely(
  names: readonly string[],
  options: RegistryAccess & { readonly force: boolean },
  context: CommandContext,
): Promise<void> {
  const references = names.map(parseReference)
  await using client = openRegistryClient(context, options)
  for (const reference of references) {
    const repository = client.repository(reference, 'push')
    const deleted = await skippingMissing(options.force, async () => {
      const descriptor = await repository.resolve(reference, context.job)
      if (reference.digest !== undefined) await repository.delete(descriptor, context.job)
      else {
        await explainingUnsupported({ ...reference, tag: undefined, digest: descriptor.digest }, () =>
          repository.deleteTag(reference.tag ?? 'latest', context.job),
        )
      }
      return formatReference(reference)
    })
    if (deleted !== undefined) await context.output.write(`${deleted}\n`)
  }
}

/** Many registries delete manifests only: which takes every tag of the image, so it is for the user to say. */
async function explainingUnsupported(whole: Reference, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'unsupported') throw error
    throw new RegistryError('unsupported', error.message, error.place, {
      cause: error,
      hint: `To delete the image with all its tags: wherry rm --remote ${formatReference(whole)}`,
    })
  }
}

async function skippingMissing<Result>(force: boolean, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (force && error instanceof ImageError && error.code === 'not-found') return undefined
    throw error
  }
}
