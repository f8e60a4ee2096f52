import { quote } from '../../reading/report.ts'

/** A program in a message: as it is, or in quotes and cut where it is no usual name. */
export function namedProgram(program: string): string {
  return /^[\w.+@-]{1,40}$/.test(program) ? program : quote(program)
}
