import { array, literal, number, optional, picklist, record, strictObject, string, type InferOutput } from 'valibot'

/** Raised with the meaning of anything here, and with what is kept. */
export const contentsVersion = 2

const entry = strictObject({
  /** Without a slash at the beginning and at the end. */
  path: string(),
  kind: picklist(['file', 'directory', 'symbolic-link', 'hard-link', 'fifo', 'character-device', 'block-device']),
  mode: number(),
  uid: number(),
  gid: number(),
  sizeBytes: number(),
  modifiedSeconds: number(),
  linkTarget: string(),
  /** Of a file: of its content, in hexadecimal; empty for everything else. */
  sha256: string(),
  /** Of a shared library in ELF: the name that programs ask for it by, and the flags that ldconfig has for its kind. */
  library: optional(strictObject({ name: string(), flags: number() })),
})

/** What is in a package, as it is kept in the cache. */
export const packageContentsSchema = strictObject({
  version: literal(contentsVersion),
  /** The file `control`. */
  control: string(),
  /** The file `md5sums`, empty where there is none. */
  md5sums: string(),
  /** What its script asks update-alternatives for. */
  alternatives: array(strictObject({ link: string(), path: string(), priority: number() })),
  /** In the order of the package. */
  entries: array(entry),
  /** The content of files that something is made of: base64 by path. */
  kept: record(string(), string()),
})

export type PackageEntry = InferOutput<typeof entry>
export type PackageContents = InferOutput<typeof packageContentsSchema>
