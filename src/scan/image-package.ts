/** A package that an image has, whoever manages it. */
export interface ImagePackage {
  readonly type: 'deb' | 'apk' | 'npm' | 'pypi'
  readonly name: string
  readonly version: string
  /** Package URL. */
  readonly purl: string
}
