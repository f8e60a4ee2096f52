/** What a class file says about others. */
export interface ClassMentions {
  /** Classes that it uses, and those of its members' and annotations' types: as the virtual machine writes them, `java/sql/Driver`. */
  readonly classes: ReadonlySet<string>
  /** What may be classes, by the values of strings. */
  readonly spelled: ReadonlySet<string>
  /** Modules that a module declares to need when it runs. */
  readonly modules: readonly string[]
}

const magic = 0xcafebabe
const tagText = 1
const tagString = 8
const tagModule = 19
/** Bytes behind the tag of each kind of constant: JVMS 4.4. Text has its length with it. */
const constantBytes: ReadonlyMap<number, number> = new Map([
  ...[3, 4, 9, 10, 11, 12, 17, 18].map((tag) => [tag, 4] as const),
  ...[5, 6].map((tag) => [tag, 8] as const),
  ...[7, 8, 16, 19, 20].map((tag) => [tag, 2] as const),
  [15, 3],
])
const wideTags = new Set([5, 6])

/** Of descriptors and generic signatures: `(Ljava/sql/Driver;I)V`. */
const inDescriptor = /L([\w$/]+)[;<]/g
const internalName = /^[\w$]+(?:\/[\w$]+)+$/
const spelledName = /^[\w$]+(?:\.[\w$]+)+$/

interface Constants {
  readonly texts: ReadonlyMap<number, string>
  /** Indexes of the texts that are values of strings. */
  readonly strings: readonly number[]
  /** The text of each module's name. */
  readonly modules: ReadonlyMap<number, number>
  readonly end: number
}

/**
 * Reads which classes a class file mentions: those that it uses, those of types, which reflection looks up, and those whose name is a string,
 * for Class.forName. Java Virtual Machine Specification 21, chapter 4.
 *
 * @returns undefined for what is no class file
 */
export function readClassMentions(file: Buffer): ClassMentions | undefined {
  try {
    if (file.readUInt32BE(0) !== magic) return undefined
    const constants = readConstants(file)
    const classes = new Set<string>()
    for (const text of constants.texts.values()) addMentioned(text, classes)
    const strings = constants.strings.map((index) => constants.texts.get(index) ?? '')
    const spelled = strings.filter((text) => spelledName.test(text)).map((text) => text.replaceAll('.', '/'))
    return {
      classes,
      spelled: new Set(spelled),
      modules: constants.modules.size === 0 ? [] : requiredModules(file, constants),
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function addMentioned(text: string, classes: Set<string>): void {
  if (!text.includes('/')) return
  if (internalName.test(text)) classes.add(text)
  else for (const [, name = ''] of text.matchAll(inDescriptor)) classes.add(name)
}

/** @throws RangeError where the file ends before, or has a constant of a kind that there is not */
function readConstants(file: Buffer): Constants {
  const texts = new Map<number, string>()
  const modules = new Map<number, number>()
  const strings: number[] = []
  const count = file.readUInt16BE(8)
  let at = 10
  for (let index = 1; index < count; index++) {
    const tag = file.readUInt8(at)
    if (tag === tagText) {
      const length = file.readUInt16BE(at + 1)
      // Modified UTF-8; the names of Java's own classes are ASCII.
      texts.set(index, file.toString('latin1', at + 3, at + 3 + length))
      at += 3 + length
      continue
    }
    const bytes = constantBytes.get(tag)
    if (bytes === undefined) throw new RangeError(`constant of kind ${tag}`)
    if (tag === tagString) strings.push(file.readUInt16BE(at + 1))
    if (tag === tagModule) modules.set(index, file.readUInt16BE(at + 1))
    at += 1 + bytes
    if (wideTags.has(tag)) index++
  }
  return { texts, strings, modules, end: at }
}

const isStaticFlag = 0x0040

/** The `requires` of a module, but for those that are only for compiling: JVMS 4.7.25. */
function requiredModules(file: Buffer, { texts, modules, end }: Constants): readonly string[] {
  // Flags and two classes; a module has no interfaces, fields and methods.
  let at = end + 12
  for (let rest = file.readUInt16BE(at); rest > 0; rest--) {
    const name = texts.get(file.readUInt16BE(at + 2))
    if (name !== 'Module') {
      at += 6 + file.readUInt32BE(at + 4)
      continue
    }
    const first = at + 16
    return Array.from({ length: file.readUInt16BE(at + 14) }, (_, index) => first + index * 6).flatMap((place) => {
      const isStatic = (file.readUInt16BE(place + 2) & isStaticFlag) !== 0
      const required = texts.get(modules.get(file.readUInt16BE(place)) ?? 0)
      return isStatic || required === undefined ? [] : [required]
    })
  }
  return []
}
