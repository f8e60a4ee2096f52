/** What a class file has that a test makes. */
export interface MadeClass {
  readonly classes: readonly string[]
  /** As names, descriptors and signatures are. */
  readonly texts: readonly string[]
  readonly strings: readonly string[]
}

const tagText = 1
const tagLong = 5
const tagClass = 7
const tagString = 8
const tagModule = 19

/** A class file up to where its members begin: JVMS 4.4. A constant of 64 bits, which counts twice, comes first. */
export function makeClassFile({ classes, texts, strings }: MadeClass): Buffer {
  const pool = new ConstantPool()
  pool.addLong()
  for (const name of classes) pool.addNamed(tagClass, name)
  for (const value of texts) pool.addText(value)
  for (const value of strings) pool.addNamed(tagString, value)
  return pool.file(Buffer.alloc(14))
}

/** The `module-info.class` of a module: JVMS 4.7.25. */
export function makeModuleFile(requires: readonly { readonly name: string; readonly isStatic: boolean }[]): Buffer {
  const pool = new ConstantPool()
  const own = pool.addNamed(tagModule, 'example')
  const entries = requires.map(({ name, isStatic }) =>
    Buffer.concat([half(pool.addNamed(tagModule, name)), half(isStatic ? 0x0040 : 0), half(0)]),
  )
  const source = attribute(pool.addText('SourceFile'), half(pool.addText('module-info.java')))
  const head = [half(own), half(0), half(0), half(entries.length)]
  const module = attribute(pool.addText('Module'), Buffer.concat([...head, ...entries, Buffer.alloc(8)]))
  return pool.file(Buffer.concat([half(0x8000), Buffer.alloc(10), half(2), source, module]))
}

class ConstantPool {
  readonly #constants: Buffer[] = []
  #next = 1

  addText(value: string): number {
    const bytes = Buffer.from(value)
    return this.#add(tagText, Buffer.concat([half(bytes.length), bytes]))
  }

  addNamed(tag: number, value: string): number {
    return this.#add(tag, half(this.addText(value)))
  }

  addLong(): void {
    this.#add(tagLong, Buffer.alloc(8))
    this.#next += 1
  }

  file(rest: Buffer): Buffer {
    const version = Buffer.concat([half(0), half(65)])
    return Buffer.concat([Buffer.from('cafebabe', 'hex'), version, half(this.#next), ...this.#constants, rest])
  }

  #add(tag: number, content: Buffer): number {
    this.#constants.push(Buffer.concat([Buffer.from([tag]), content]))
    return this.#next++
  }
}

function attribute(name: number, content: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([half(name), length, content])
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}
