import type { Provider } from './provider.ts'
import { textFile } from './provider.ts'

/**
 * What scanners know the packages by, in /var/lib/dpkg/status.d: a file with the control stanza of each package, and one with
 * the MD5 sums of those of its files that are in the image. So each layer has that of its own packages.
 */
export const packageMetadata: Provider = ({ selections, packages }) =>
  packages.flatMap((name) => {
    const selection = selections.get(name)
    if (selection === undefined) return []
    const { contents, paths } = selection
    const present = new Set([...paths.keys()].map((number) => contents.entries[number]?.path))
    const sums = contents.md5sums.split('\n').filter((line) => present.has(line.slice(sumDigits).trimStart()))
    const stanza = contents.control.trimEnd()
    return [
      textFile(`var/lib/dpkg/status.d/${name}`, `${stanza}\n`),
      ...(sums.length === 0 ? [] : [textFile(`var/lib/dpkg/status.d/${name}.md5sums`, `${sums.join('\n')}\n`)]),
    ]
  })

const sumDigits = 32
