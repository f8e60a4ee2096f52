import { posix } from 'node:path'
import type { BuildContext } from '../../build-context.ts'
import type { EvaluatedCopy } from '../../evaluated.ts'
import { quote } from '../../reading/report.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps } from '../facts/built-steps.ts'
import { contextPath } from '../facts/context-files.ts'
import { isRemoteSource } from '../facts/remote-source.ts'
import { holdsSecret, isSecretFile, mayHoldSecret } from '../facts/secret-files.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** COPY and ADD of files that hold keys and passwords. What comes along with a whole folder is another rule's. */
export const secretCopied: Rule = {
  name: 'SecretCopied',
  category: 'safety',
  severity: 'warning',
  summary: 'a file of keys or passwords goes into a layer',
  check(file, report) {
    for (const { step, isShipped } of builtSteps(file)) {
      const { evaluated } = step
      if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') continue
      for (const { path, range, isSure } of secretsOf(file, evaluated)) {
        report({
          severity: isShipped && isSure ? 'warning' : 'information',
          message: `${quote(path)} ${isSure ? 'is a file of keys or passwords' : 'may hold a password'}, and goes into a layer`,
          range,
          cost: isShipped
            ? 'Everybody who has the image can read it; deleting it in a later step only hides it.'
            : 'It stays in the cache of the builder, and in what is exported from there.',
          hint: hintFor(path),
        })
      }
    }
  },
}

interface CopiedSecret {
  readonly path: string
  readonly range: TextRange
  readonly isSure: boolean
}

function secretsOf({ context }: RuleInput, copy: EvaluatedCopy): readonly CopiedSecret[] {
  const { instruction, fileSource } = copy
  if (fileSource !== undefined && fileSource.kind !== 'stage') return []
  const found = instruction.sources.flatMap((source, index) => {
    const path = copy.sources[index] ?? source.value
    if (isRemoteSource(path)) return []
    const isSure = fileSource === undefined ? judgeAll(path, context) : judgeOfStage(path)
    return isSure === undefined ? [] : [{ path, range: source.range, isSure }]
  })
  if (found.length > 0 || fileSource !== undefined || !isKeyPlace(copy.destination)) return found
  const isHarmless = copy.sources.some((path) => isPublic(path) || readSecret(path, context) === false)
  return isHarmless ? [] : [{ path: copy.destination, range: instruction.destination.range, isSure: true }]
}

/** The same for all files that a pattern in the last part of a path stands for, where the context tells which they are. */
function judgeAll(path: string, context: BuildContext | undefined): boolean | undefined {
  const name = nameOf(path)
  const folder = contextPath(path.slice(0, path.length - name.length))
  const entries = /[*?[]/.test(name) && !/[*?[]/.test(folder) ? context?.list(folder) : undefined
  if (entries === undefined) return judge(path, context)
  const matching = entries.filter((entry) => posix.matchesGlob(entry.name, name))
  const judged = new Set(matching.map((entry) => judge(posix.join(folder, entry.name), context)))
  return judged.has(true) ? true : judged.has(false) ? false : undefined
}

/** Whether a file of the context surely is a secret; false where it may be one, undefined where it is none. */
function judge(path: string, context: BuildContext | undefined): boolean | undefined {
  const name = nameOf(path)
  if (isPublic(path)) return undefined
  if (isSecretFolder(path)) return true
  if (isSecretFile(path)) return !/^\.env\.(?!local$|.*\.local$)/.test(name)
  if (!mayHoldSecret(path)) return undefined
  const known = readSecret(path, context)
  if (known !== undefined) return known ? true : undefined
  if (/\.(?:key|pem)$/i.test(name)) return isNamedKey(name) ? true : undefined
  return false
}

/** A build makes and moves many files; only keys are told by their names. */
function judgeOfStage(path: string): boolean | undefined {
  const isKey = /\.(?:key|pem)$/i.test(path) && isNamedKey(nameOf(path))
  const isCredentials =
    isSecretFile(path) && !/^\.env(?:\.|$)|\.htpasswd$|\.(?:jks|keystore|tfvars)$/.test(nameOf(path))
  return !isPublic(path) && (isKey || isCredentials || isSecretFolder(path)) ? true : undefined
}

/** `server.key`, `privkey.pem`, but not `fullchain.pem`. */
function isNamedKey(name: string): boolean {
  return /\.key$/i.test(name) || /(?:^|[-_.])(?:priv(?:ate)?(?:[-_.]?key)?|key|secret)(?:[-_.]|$)|privkey/i.test(name)
}

/** Keys that everybody may have: those of repositories, and of certificates. */
function isPublic(path: string): boolean {
  const name = nameOf(path)
  if (/\.(?:key|pem|gpg)$/i.test(name) && repositoryKeys.test(name)) return true
  return /(?:^|[-_.])(?:pub(?:lic)?|ca|cacerts?|certs?|chain|fullchain|bundle|license|licence|example|sample|template)(?:[-_.]|$)|pubkey|\.pub$/i.test(
    name,
  )
}

const repositoryKeys = /(?:^|[-_.])(?:gpg|asc|apt|rpm|repo(?:sitory)?|release|signing|archive|keyrings?)(?:[-_.]|$)/i

function isSecretFolder(path: string): boolean {
  return /^\.(?:ssh|aws|gnupg|kube)$/.test(nameOf(path.replace(/\/$/, '')))
}

/** Whether the content of a file says that it is a secret. Undefined where it is not known, or empty. */
function readSecret(path: string, context: BuildContext | undefined): boolean | undefined {
  const text = context?.read(contextPath(path), contentBytesMax)
  return text === undefined || text === '' ? undefined : holdsSecret(text)
}

const contentBytesMax = 16_384

/** Whether only secrets are put at a path of the image. */
function isKeyPlace(destination: string): boolean {
  const isPlace =
    /\/\.ssh\/id_[a-z0-9_]+$|\/\.(?:netrc|git-credentials|pgpass|pypirc)$|\/\.(?:aws\/credentials|docker\/config\.json|kube\/config)$/
  return isPlace.test(destination)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function hintFor(path: string): string {
  const name = nameOf(path)
  if (/^id_[a-z0-9_]+$|^\.ssh$/.test(name))
    return 'Use RUN --mount=type=ssh: the agent signs, and the key stays outside.'
  if (name.startsWith('.env')) return 'Give the variables to the container when it starts: docker run --env-file.'
  if (/^\.(?:npmrc|yarnrc)/.test(name))
    return `Use RUN --mount=type=secret,id=npmrc,target=/root/${name} in the step that needs it.`
  return 'Mount it in the step that needs it (RUN --mount=type=secret), or when the container starts.'
}
