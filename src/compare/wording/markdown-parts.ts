/** A table of cells that are Markdown already. @param lines between the titles and the rows: `---` or, for figures, `---:` */
export function markdownTable(
  titles: readonly string[],
  lines: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [titles, lines, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Something folded up below its title. GitHub and GitLab read Markdown inside of `<details>` after an empty line only. */
export function markdownDetails(title: string, content: string): string {
  return `<details>\n<summary>${title}</summary>\n\n${content}\n\n</details>`
}
