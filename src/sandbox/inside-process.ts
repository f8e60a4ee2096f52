/**
 * The first process in the namespaces of the util-linux runtime: makes its root, gives up its rights, and becomes the program. Started as
 * `node inside-process.ts FILE`, with the file of an `InsideMessage`.
 */
import { becomeProgram } from './own/become-program.ts'

becomeProgram(process.argv[2] ?? '')
