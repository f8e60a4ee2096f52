import { lintRules } from '../../dockerfile/lint.ts'
import { formatJson } from '../format/json.ts'
import { formatTable } from '../format/table.ts'

/** Every rule with what it finds. */
export function formatRules(json: boolean): string {
  const rows = lintRules.map(({ name, category, severity, summary, isExperimental = false }) => ({
    rule: name,
    category,
    severity,
    experimental: isExperimental,
    summary,
  }))
  if (json) return formatJson(rows)
  return formatTable(
    [{ title: 'RULE' }, { title: 'CATEGORY' }, { title: 'SEVERITY' }, { title: 'FINDS' }],
    rows.map(({ rule, category, severity, experimental, summary }) => [
      rule,
      category,
      experimental ? `${severity} (experimental)` : severity,
      summary,
    ]),
  )
}
