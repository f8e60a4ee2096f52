import { ImageError } from '../image/errors.ts'
import { familiarReference, parseReference } from '../image/reference.ts'

/**
 * The form in which names of `--build-context` are compared with what `FROM` and `COPY --from` say: in lower case, and for names of
 * images the short form without `:latest`, so that `docker.io/library/alpine` is `alpine`.
 */
export function contextName(text: string): string {
  const lower = text.toLowerCase()
  try {
    return familiarReference(parseReference(lower)).replace(/:latest$/, '')
  } catch (error) {
    if (error instanceof ImageError) return lower
    throw error
  }
}
