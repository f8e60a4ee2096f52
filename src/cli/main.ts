import packageJson from '../../package.json' with { type: 'json' }

/**
 * Runs the command line.
 *
 * @param argv what follows the program's name.
 * @returns the exit status. Everything that goes wrong has been printed on standard error.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [first] = argv
  if (argv.length === 1 && (first === '--version' || first === '-V' || first === 'version')) {
    process.stdout.write(`wherry ${packageJson.version}\n`)
    return 0
  }
  const { runCommandLine } = await import('./run.ts')
  return runCommandLine(argv)
}
