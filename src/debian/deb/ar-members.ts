/** A member of an ar archive: where its bytes are in the file. */
export interface ArMember {
  readonly name: string
  readonly startBytes: number
  readonly sizeBytes: number
}

/** What is wrong with an ar archive. */
export class ArError extends Error {}

/** Reads so many bytes at an offset, or fewer where the file ends. */
export type ReadAt = (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>

const globalHeader = '!<arch>\n'
const headerBytes = 60
/** A package has three, and a signer may add some. */
const membersMax = 16

/**
 * The members of an ar archive, in the form that dpkg writes (deb(5)): no names but short ones, sizes in decimal, nothing
 * behind the last member.
 *
 * @throws ArError
 */
export async function readArMembers(readAt: ReadAt, sizeBytes: number): Promise<readonly ArMember[]> {
  const start = latin1(await readAt(0, globalHeader.length))
  if (start !== globalHeader) throw new ArError('it does not begin as an ar archive')
  const members: ArMember[] = []
  for (let position = globalHeader.length; position < sizeBytes;) {
    if (members.length === membersMax) throw new ArError(`it has more than ${membersMax} members`)
    const header = latin1(await readAt(position, headerBytes))
    const member = parseHeader(header, position + headerBytes)
    const end = member.startBytes + member.sizeBytes
    if (end > sizeBytes) throw new ArError(`it ends within its member ${member.name}`)
    members.push(member)
    // Members begin at even offsets. Some writers leave the last one without its padding.
    position = end + (end % 2)
  }
  return members
}

/** Fields in fixed places: name, time, owner, group, mode, size, and an end mark. dpkg pads them with blanks. */
function parseHeader(header: string, startBytes: number): ArMember {
  if (header.length < headerBytes) throw new ArError('it ends within the header of a member')
  // Other programs than dpkg end a name with a slash.
  const name = /^([!-.0-~]+)\/? *$/.exec(header.slice(0, 16))?.[1]
  const isNumbers = /^[\d ]{24}[0-7 ]{8}$/.test(header.slice(16, 48))
  const size = /^(\d+) *$/.exec(header.slice(48, 58))?.[1]
  if (name === undefined || !isNumbers || size === undefined || header.slice(58) !== '`\n') {
    throw new ArError(`the header of a member is damaged (offset ${startBytes - headerBytes})`)
  }
  return { name, startBytes, sizeBytes: Number(size) }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
