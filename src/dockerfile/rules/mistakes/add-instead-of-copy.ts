import type { EvaluatedCopy } from '../../evaluated.ts'
import { fixOf, replaceText } from '../edits/replace-text.ts'
import { builtSteps } from '../facts/built-steps.ts'
import { findSource } from '../facts/context-sources.ts'
import { isRemoteSource } from '../facts/remote-source.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** ADD of local files, where COPY does the same without surprises. */
export const addInsteadOfCopy: Rule = {
  name: 'AddInsteadOfCopy',
  category: 'mistake',
  severity: 'information',
  summary: 'ADD copies local files, which COPY does without unpacking any',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const { evaluated } = step
      if (evaluated.kind !== 'add' || !isPlainCopy(evaluated)) continue
      const { keyword } = evaluated.instruction
      const isLower = keyword.value === keyword.value.toLowerCase()
      const isSure = evaluated.sources.every((source) => isNoArchive(file, source))
      report({
        message: 'COPY does the same as this ADD',
        range: keyword.range,
        cost: 'ADD unpacks what turns out to be an archive, and fetches what looks like an address.',
        hint: 'Write COPY; ADD is for archives, URLs and Git repositories.',
        ...fixOf('write COPY', isSure ? 'safe' : 'unsafe', [
          replaceText(file.document, keyword, isLower ? 'copy' : 'COPY'),
        ]),
      })
    }
  },
}

/** tar, alone or compressed: `ADD` looks at the content, but nobody gives an archive another name. */
const archive = /\.(?:tar|tgz|tbz2?|txz|tzst|tlz|gz|bz2|xz|zst|lzma|z)$|\.tar\.|\.(?:pkg|pack)$/i

/** Texts that are only compressed, which ADD leaves as they are. */
const compressedText = /\.(?:sql|csv|json|xml|txt|log|svg)\.(?:gz|bz2|xz)$/i

function isPlainCopy({ instruction, sources, inlineFiles, checksum, variables }: EvaluatedCopy): boolean {
  if (variables.some(({ isSet }) => !isSet)) return false
  if (instruction.kind !== 'add' || checksum !== undefined) return false
  if (instruction.unpack !== undefined || instruction.keepGitDirectory !== undefined) return false
  if (sources.length + inlineFiles.length === 0) return false
  return sources.every(
    (source) =>
      !isRemoteSource(source) &&
      (!archive.test(source) || compressedText.test(source)) &&
      !/^github\.com\/|\$|\*$/.test(source),
  )
}

/** Folders are never unpacked, and text is none that could be. */
function isNoArchive({ context }: RuleInput, source: string): boolean {
  if (/(?:^|\/)\.{0,2}$/.test(source) || compressedText.test(source)) return true
  if (context !== undefined && findSource(context, source).kind === 'directory') return true
  return /\.(?:json|ya?ml|toml|lock|txt|md|js|mjs|cjs|ts|tsx|jsx|py|rb|php|go|rs|java|kt|c|h|cpp|cs|sh|bash|conf|cfg|ini|env|xml|sql|html?|css|pem|crt|key|repo|list|properties|gradle|kts|mod|sum|jar|war|csproj|sln|exs?|service|asc)$/i.test(
    source,
  )
}
