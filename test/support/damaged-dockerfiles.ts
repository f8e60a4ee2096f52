import { readdir, readFile } from 'node:fs/promises'
import type { SeededRandom } from './seeded-random.ts'

// prettier-ignore
const insertions = [
  '\\', '`', '"', "'", '$', '${', '}', '<<', '<<-EOF', '[', ']', ',', '=', '--', '--mount=', ' ', '\t', '\n', '\r\n', '#', ':-', '/',
  '%', '*', 'FROM ', '\nFROM ', 'ONBUILD ', '\nARG A=$A\n', '\0', '\ufeff', '\u00a0', '\u2028', '\ud800', 'é', '😀', '# escape=`\n',
] as const

/** The Dockerfiles of folders of `test/golden`, to be damaged. */
export async function readDockerfiles(...names: readonly string[]): Promise<readonly string[]> {
  const texts: string[] = []
  for (const name of names) {
    const folder = new URL(`../golden/${name}/`, import.meta.url)
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) texts.push(await readFile(new URL(`${entry.name}/Dockerfile`, folder), 'utf8'))
    }
  }
  return texts
}

/** One of some files, with cuts, doubles and insertions here and there. */
export function damagedDockerfile(files: readonly string[], random: SeededRandom): string {
  let mutated = files[random.integer(files.length)] ?? ''
  for (let count = random.integer(6); count > 0; count -= 1) {
    const at = random.integer(mutated.length + 1)
    const end = Math.min(mutated.length, at + random.integer(30))
    const inserted = insertions[random.integer(insertions.length)] ?? ''
    const other = files[random.integer(files.length)] ?? ''
    const choices = [
      mutated.slice(0, at) + mutated.slice(end),
      mutated.slice(0, at) + inserted + mutated.slice(at),
      mutated.slice(0, end) + mutated.slice(at),
      mutated.slice(0, at) + other.slice(random.integer(other.length + 1)),
      mutated.slice(0, at) + String.fromCharCode(random.integer(0x300)) + mutated.slice(at + 1),
    ]
    mutated = choices[random.integer(choices.length)] ?? mutated
  }
  return mutated
}
