import { BuildError } from './errors.ts'
import { booleanField, checkKeys, choiceField, readFields, type OptionFields } from './options/read-fields.ts'

/** How much provenance tells, and in which form. */
export interface ProvenanceOptions {
  /** `max` also has build arguments, the names of secrets, and the Dockerfile. */
  readonly mode: 'min' | 'max'
  /** Of SLSA's provenance. */
  readonly version: 'v0.2' | 'v1'
  /** A URI of who builds; empty where nobody has told. */
  readonly builderId: string
  /** Whether the user says that the same build gives the same bytes. */
  readonly reproducible: boolean
  /** Left out of outputs that are no images. */
  readonly inlineOnly: boolean
  readonly fileName: string
}

/** A bill of materials. */
export interface SbomOptions {
  readonly inlineOnly: boolean
  readonly fileName: string
}

/** What is to be attested; undefined is not. */
export interface AttestationOptions {
  readonly provenance: ProvenanceOptions | undefined
  readonly sbom: SbomOptions | undefined
}

const provenanceKeys = ['type', 'disabled', 'mode', 'version', 'builder-id', 'reproducible', 'inline-only', 'filename']
const sbomKeys = ['type', 'disabled', 'inline-only', 'filename', 'generator']

/**
 * Reads `--provenance`: `true`, `false`, or keys such as `mode=max`. Unless told, it is SLSA's version 1 and `min`, which holds
 * nothing that somebody has passed to the build.
 *
 * @returns undefined where it says that none is wanted.
 * @throws BuildError `bad-build-option`
 */
export function parseProvenance(text: string): ProvenanceOptions | undefined {
  return provenanceOf(shortForm('--provenance', text))
}

/** Reads `--sbom`: `true`, `false`, or keys. @returns undefined where none is wanted. @throws BuildError `bad-build-option` */
export function parseSbom(text: string): SbomOptions | undefined {
  return sbomOf(shortForm('--sbom', text))
}

/**
 * Reads `--attest type=provenance,…` and `--attest type=sbom,…`.
 *
 * @returns only what it speaks of.
 * @throws BuildError `bad-build-option`
 */
export function parseAttest(text: string): Partial<AttestationOptions> {
  const fields = readFields('--attest', text)
  const type = choiceField(fields, 'type', ['provenance', 'sbom'])
  if (type === undefined) {
    throw new BuildError('bad-build-option', `${fields.title}: type=… is missing`, {
      hint: 'There are type=provenance and type=sbom.',
    })
  }
  return type === 'provenance' ? { provenance: provenanceOf(fields) } : { sbom: sbomOf(fields) }
}

function shortForm(option: string, text: string): OptionFields {
  const isSwitch = !text.includes('=')
  const fields = readFields(option, isSwitch ? `on=${text}` : text)
  if (!isSwitch) return fields
  const title = `${option} ${text}`
  if (!/^(?:true|false|1|0|t|f)$/i.test(text)) {
    const hint = text === 'min' || text === 'max' ? `Did you mean ${option}=mode=${text}?` : undefined
    throw new BuildError('bad-build-option', `${title}: it is true, false or key=value`, { hint })
  }
  const on = booleanField({ title, values: new Map([['on', text]]) }, 'on') ?? true
  return { title, values: new Map([['disabled', String(!on)]]) }
}

function provenanceOf(fields: OptionFields): ProvenanceOptions | undefined {
  checkKeys(fields, provenanceKeys)
  if (booleanField(fields, 'disabled') === true) return undefined
  return {
    mode: choiceField(fields, 'mode', ['min', 'max']) ?? 'min',
    version: choiceField(fields, 'version', ['v0.2', 'v1']) ?? 'v1',
    builderId: fields.values.get('builder-id') ?? '',
    reproducible: booleanField(fields, 'reproducible') ?? false,
    inlineOnly: booleanField(fields, 'inline-only') ?? false,
    fileName: fileNameOf(fields) ?? 'provenance.json',
  }
}

function sbomOf(fields: OptionFields): SbomOptions | undefined {
  checkKeys(fields, sbomKeys)
  if (booleanField(fields, 'disabled') === true) return undefined
  if (fields.values.has('generator')) {
    throw new BuildError('bad-build-option', `${fields.title}: no other generator is run`, {
      hint: 'wherry reads the packages of the image itself. Leave out generator.',
    })
  }
  return {
    inlineOnly: booleanField(fields, 'inline-only') ?? false,
    fileName: fileNameOf(fields) ?? 'sbom.spdx.json',
  }
}

/** It is joined to a folder's path later. @throws BuildError `bad-build-option` */
function fileNameOf({ title, values }: OptionFields): string | undefined {
  const name = values.get('filename')
  if (name === undefined) return undefined
  if (!name.includes('/') && !name.includes('\0') && !['', '.', '..'].includes(name)) return name
  throw new BuildError('bad-build-option', `${title}: filename is the name of a file, without folders`)
}
