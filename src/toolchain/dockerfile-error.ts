import { DockerfileError } from '../build/errors.ts'
import type { Diagnostic } from '../dockerfile/diagnostic.ts'
import { formatDiagnostic } from '../dockerfile/format-diagnostic.ts'
import type { SourceFile } from './source-file.ts'

/** What is wrong with a Dockerfile, each with its line, as one error. */
export function dockerfileError({ name, text }: SourceFile, message: string, found: readonly Diagnostic[]) {
  const shown = found.map((each) => formatDiagnostic(text, name, each))
  return new DockerfileError([message, ...shown].join('\n'), found)
}

/** @throws DockerfileError where reading has found errors. */
export function refuseErrors(dockerfile: SourceFile, diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw dockerfileError(dockerfile, 'the Dockerfile cannot be built', errors)
}
